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
const classes = (target, count = 2) => ({ ...number(target), task: 'class', count })

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
