// Streams of eight features. A stream's `row(random, i)` returns the features and the target; a stationary stream does
// not look at i, and one that drifts changes every TURN rows.

/** The number of rows from one change of a drifting stream to the next. */
export const TURN = 10_000

const WIDTH = 8
const ONE = [1, -2, 0.5, 3, 0, 1, -1, 0.2]
const OTHER = [-1, 2, 1, -3, 2, 0, 1, 0.7]
const MILD = [1, -2, 0.5, 1.5, 0, 1, -1, 0.2]

const dot = (x, w) => x.reduce((sum, value, i) => sum + value * w[i], 0)
const normals = ({ normal }) => Array.from({ length: WIDTH }, normal)
const uniforms = ({ uniform }) => Array.from({ length: WIDTH }, uniform)
const friedman = ([a, b, c, d, e]) => 10 * Math.sin(Math.PI * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e
const sigmoid = (z) => 1 / (1 + Math.exp(-z))
const isOdd = (i) => Math.floor(i / TURN) % 2 === 1

const number = (target, features = normals) => ({
  task: 'number',
  row: (random, i) => {
    const x = features(random)
    return [x, target(x, random, i)]
  },
})
const classes = (target, count = 2, features = normals) => ({ ...number(target, features), task: 'class', count })

/** The kinds of stationary streams. */
export const stationary = {
  'Gaussian noise': number((x, { normal }) => dot(x, ONE) + normal()),
  'no noise, linear': number((x) => dot(x, ONE)),
  'no noise, Friedman': number((x) => friedman(x), uniforms),
  'heavy tails (t with 2 degrees)': number(
    (x, { normal }) => dot(x, ONE) + normal() / Math.sqrt((normal() ** 2 + normal() ** 2) / 2),
  ),
  'skewed (log-normal)': number((x, { normal }) => Math.exp(dot(x, ONE) / 4 + normal())),
  'noise that depends on a feature': number((x, { normal }) => dot(x, ONE) + Math.abs(x[0]) ** 3 * normal()),
  'tiny losses (1e-12, unscaled)': { ...number((x, { normal }) => 1e-6 * (dot(x, ONE) + normal())), unscaled: true },
  'classes by chance': classes((_, { uniform }) => Number(uniform() < 0.5)),
  'logistic classes': classes((x, { uniform }) => Number(uniform() < sigmoid(dot(x, ONE)))),
  'one row in a hundred': classes((_, { uniform }) => Number(uniform() < 0.01)),
  'rare and predictable': classes((x, { uniform }) => Number(uniform() < sigmoid(dot(x, ONE) / 1.5 - 6))),
  'no noise, classes': classes((x) => Number(dot(x, ONE) > 0)),
  'wrong labels, one in ten': classes((x, { uniform }) => Number(dot(x, ONE) > 0 !== uniform() < 0.1)),
  'five classes': classes((x, { normal }) => Math.min(4, Math.floor(Math.abs(dot(x, ONE) + normal()))), 5),
}

/** Streams that change at once, every TURN rows. */
export const drifting = {
  'all weights': number((x, { normal }, i) => dot(x, isOdd(i) ? ONE : OTHER) + normal()),
  'half of one weight': number((x, { normal }, i) => dot(x, isOdd(i) ? MILD : ONE) + normal()),
  'the level': number((x, { normal }, i) => dot(x, ONE) + normal() + (isOdd(i) ? 8 : 0)),
  'Friedman, columns in another order': number(
    (x, { normal }, i) => friedman(isOdd(i) ? [x[1], x[3], x[0], x[2], x[4]] : x) + normal(),
    uniforms,
  ),
  'the labels exchanged': classes((x, _, i) => Number(dot(x, ONE) > 0 !== isOdd(i))),
  'the border between classes': classes((x, { uniform }, i) =>
    Number(uniform() < sigmoid(2 * dot(x, isOdd(i) ? ONE : OTHER))),
  ),
}

/** The weights of a direction that turns by one radian in 1,000 rows. */
const turning = (i) => ONE.map((_, j) => Math.sin(i / 1000 + j))
/** A number of Student's distribution with two degrees of freedom, which has no variance. */
const heavy = ({ normal }) => normal() / Math.sqrt((normal() ** 2 + normal() ** 2) / 2)
const heavies = (random) => Array.from({ length: WIDTH }, () => heavy(random))
const logNormals = (random) => normals(random).map((value) => Math.exp(2 * value))
const quarter = (i) => Math.floor(i / 2500) % 4
const seaLimit = (i) => [0.8, 0.9, 0.7, 0.95][quarter(i)]
/** Twenty clouds in four dimensions, the even ones of one class; each moves by as much as `away` about its centre. */
const clouds = (away) => ({
  task: 'class',
  count: 2,
  row: ({ uniform, normal }, i) => {
    const at = Math.floor(20 * uniform())
    const centre = [0.2, 0.7, 0.4, 0.9].map((step, j) => ((at + 1) * (step + j) * 0.618) % 1)
    return [centre.map((value, j) => value + away * Math.sin(i / 1000 + at + j) + 0.1 * normal()), at % 2]
  },
})

/** Streams for comparing two states of the library: many that change, by steps of 2,500 rows or slowly, and wild ones. */
export const compared = {
  'linear, still': number((x, { normal }) => dot(x, ONE) + normal()),
  'linear, turning': number((x, { normal }, i) => dot(x, turning(i)) + normal()),
  'linear, turned': number((x, { normal }, i) => dot(x, turning(2500 * quarter(i))) + normal()),
  'SEA, changed': classes(([a, b], { uniform }, i) => Number(a + b > seaLimit(i) !== uniform() < 0.1), 2, uniforms),
  'rotating hyperplane': classes(
    (x, { uniform }, i) =>
      Number(
        dot(
          x.map((value) => value - 0.5),
          turning(i),
        ) >
          0 !==
          uniform() < 0.05,
      ),
    2,
    uniforms,
  ),
  'Friedman, columns moved': number((x, { normal }, i) => friedman(x.slice(quarter(i))) + normal(), uniforms),
  'RBF, still': clouds(0),
  'RBF, moving': clouds(0.3),
  'level of y, shifted': number((x, { normal }, i) => dot(x, ONE) + normal() + 20 * (quarter(i) % 2)),
  'level of y, once and for all': number((x, { normal }, i) => dot(x, ONE) + normal() + (i < 1000 ? 0 : 300)),
  'units of y, 100 × at 5,000': number((x, { normal }, i) => (dot(x, ONE) + normal()) * (i < 5000 ? 1 : 100)),
  'heavy-tailed x': number((x, { normal }) => dot(x, ONE) + normal(), heavies),
  'heavy-tailed y': number((x, random) => dot(x, ONE) + heavy(random)),
  'log-normal x and y': number((x, { normal }) => Math.exp(dot(x.map(Math.log), ONE) / 8 + normal()), logNormals),
}
