// The constants of the rules that both executors follow: which numbers are finite, how scalers and the drift rule
// forget, and how far one step of `auto` may go. They are a part of the ABI.

/** A number larger than this counts as not finite, because its square must still be finite. */
export const LARGEST = 1e150
/** The rate at which an exponential scaler forgets, once 1/n has fallen to it. */
export const FORGETTING = 0.001
/** A variance below this share of μ² is rounding error and not spread: σ is less than some 45 units in μ's last place. */
export const NO_SPREAD = 1e-28
/**
 * An exponential scaler that has seen at least this many numbers takes one that lies further from μ than the first of
 * these many σ as if it lay the second away. After the third in a row it begins anew: this is a change, and no fault.
 */
export const TRUST_FROM = 4
export const FURTHEST_TRUSTED = 30
export const TAKEN_AS = 6
export const RESTART_AFTER = 50

/** Below this c, (1 − e^(−c))/c is approximated by 1 − c/2. */
export const SHRINKS_FROM = 1e-8
/**
 * A logistic step is taken whole if it moves its logit by less than the first. Beyond the second, the loss is e^(−q) to
 * the last bits, and its share is known in closed form. Newton's method ends after the third number of steps at most.
 */
export const LEAST_SHARED = 1e-4
export const FURTHEST_SHARED = 30
export const NEWTON_STEPS = 20

// The drift rule compares a fast mean of the losses with a slow one. It looks at the losses as they are, by which it
// finds a large drift within few rows, and at losses that are cut, by which many small ones count for more than a large
// one, as they do where a stream changes slowly.

/** The share of each loss that a fast mean takes; a slow one takes 1/t, but at least the second. */
export const DRIFT_FAST = 0.02
export const DRIFT_SLOW = 0.001
/** The number of first rows during which a fast mean equals its slow one. */
export const DRIFT_START = 50
/** The rule fires only after this number of rows, and not within the second number of rows after it last fired. */
export const DRIFT_WAIT = 200
/** A fast mean is compared with what stood still for up to this number of rows: a drift would soon be a part of it. */
export const DRIFT_SETTLES = 100
/**
 * The rule fires where the excess e of a fast mean is so large that e² > FAR² (VARIANCE σ² + SKEW e κ₃/σ²). This is
 * Bernstein's bound on the tail of a mean, with the third moment κ₃ in place of the largest value: rare large losses
 * are counted by what they add up to by chance. The excess must also be a share of the largest mean so far, or it
 * matters little.
 */
export const DRIFT_FAR = 4.3
export const DRIFT_VARIANCE = 0.01
export const DRIFT_SKEW = 0.006666666666666667
export const DRIFT_LEAST = 0.01
/** Losses are cut at this number of σ above their mean. */
export const DRIFT_CUT = 1.5
/** The share of an expert's losses so far that counts at the next row. */
export const SCORES_KEPT = 0.99
/** The most by which a row's loss counts, and by which one expert is worse than another in a single row. */
export const SCORES_CUT = 8
/** The degrees of freedom ν of Student's distribution, of which the errors of numbers are taken to be. */
export const SCORES_FREEDOM = 4

/** The share of G that is kept when the rule fires. */
export const DRIFT_KEPT = 0.1

/** The most rows that `nearest` averages, and the largest squared distance that it tells from others. */
export const NEAREST_MOST = 32
export const NEAREST_FURTHEST = 1e300
/** Is added to the mean squared difference of a column, so that an equal row does not decide alone. */
export const NEAREST_SOFTENED = 0.001
