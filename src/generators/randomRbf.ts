import { checkWhole } from '../options/checkWhole.js'
import { optionsOf } from '../options/optionsOf.js'
import { createRandom } from '../random.js'
import { checkFeatures, columns, endless } from './endless.js'

export interface RandomRbfConfig {
  readonly seed?: number
  /** The number of columns. Default: 10. */
  readonly features?: number
  /** The number of classes, which are numbered from 0. Default: 2. */
  readonly classes?: number
  /** The number of clusters. Default: 50. */
  readonly centroids?: number
  /** How far each centroid moves with every row, as a length. Default: 0. */
  readonly velocity?: number
}

export type RandomRbfRow = { readonly [name in `x${number}`]: number } & { readonly label: number }

/**
 * Clusters of random radial basis functions: each has a centre in the unit cube, a standard deviation and a weight, all
 * uniform, and a class. A row belongs to a cluster chosen by weight, and lies at a distance |N(0, 1)| times its deviation
 * from the centre, in a random direction. Centres that move turn around at the walls of the cube.
 *
 * @throws RangeError for options out of their range
 * @example generators.randomRbf({ features: 5, classes: 3, centroids: 15, velocity: 0.0001 })
 * @see A. Bifet, G. Holmes, B. Pfahringer, R. Kirkby, R. Gavaldà (2009), New Ensemble Methods for Evolving Data
 * Streams, KDD
 */
export const randomRbf = (config?: RandomRbfConfig): Iterable<RandomRbfRow> => {
  const { seed, features, classes, centroids, velocity } = optionsOf('randomRbf', config, {
    seed: 0,
    features: 10,
    classes: 2,
    centroids: 50,
    velocity: 0,
  })
  checkFeatures('randomRbf', features)
  checkWhole('randomRbf: classes is', classes)
  if (!Number.isInteger(centroids) || centroids < classes)
    throw new RangeError(`randomRbf: centroids is ${centroids}; expected a whole number of at least ${classes}.`)
  if (!(velocity >= 0 && velocity <= 1))
    throw new RangeError(`randomRbf: velocity is ${velocity}; expected a length from 0 to 1, such as 0.0001.`)
  const make = createRandom(seed, 'randomRbf centroids')
  const rows = createRandom(seed, 'randomRbf')
  const directions = createRandom(seed, 'randomRbf directions')

  return endless(() => {
    let drawn = 0
    const next = (): number => make.uniform(drawn++)
    const clusters = Array.from({ length: centroids }, (_, k) => ({
      centre: Array.from({ length: features }, next),
      // Each class has a cluster at least.
      label: k < classes ? k : Math.floor(classes * next()),
      deviation: next(),
      weight: next(),
      course: scaled(
        Array.from({ length: features }, () => next() - 0.5),
        velocity,
      ),
    }))
    const total = clusters.reduce((sum, { weight }) => sum + weight, 0)
    return (i) => {
      let left = rows.uniform(i) * total
      const cluster = clusters.find(({ weight }) => {
        left -= weight
        return left < 0
      })
      const { centre, deviation, label } = cluster ?? clusters[0]
      const length = Math.abs(directions.normal((features + 1) * i + features)) * deviation
      const direction = Array.from({ length: features }, (_, j) => directions.normal((features + 1) * i + j))
      const away = scaled(direction, length)
      const row = { ...columns(centre.map((c, j) => c + away[j])), label } as RandomRbfRow
      if (velocity > 0) for (const { centre: from, course } of clusters) move(from, course)
      return row
    }
  })
}

/** Returns a vector of this direction and length. */
const scaled = (direction: readonly number[], length: number): number[] => {
  const own = Math.sqrt(direction.reduce((sum, d) => sum + d * d, 0))
  return direction.map((d) => (own > 0 ? (d / own) * length : 0))
}

/** Moves a point within the unit cube. */
const move = (point: number[], course: number[]): void => {
  for (let j = 0; j < point.length; j++) {
    const moved = point[j] + course[j]
    if (moved < 0 || moved > 1) course[j] = -course[j]
    point[j] = moved < 0 ? -moved : moved > 1 ? 2 - moved : moved
  }
}
