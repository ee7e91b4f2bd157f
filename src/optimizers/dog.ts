import { checkNumber } from '../options/checkNumber.js'
import { optionsOf } from '../options/optionsOf.js'
import type { Scalar, StepRows, Vector } from '../program/stepRows.js'
import { store } from '../program/store.js'
import { bySettings } from '../settings.js'
import { type Optimizer, optimizer, type RateConfig, rateDefaults } from './optimizer.js'

export interface DogConfig extends RateConfig {
  /** The length of the first step, as a share of 1 + ‖θ_0‖. */
  readonly initial?: number
  readonly epsilon?: number
}

/**
 * DoG, distance over gradients, which finds its own rate: with the largest distance r from the initial θ_0 so far,
 *
 *     G ← G + ‖∇‖²,   r ← max(r, ‖θ − θ_0‖),   θ ← θ − η·r/√(G + ε)·∇
 *
 * over all trainable parameters at once. r starts as `initial`·(1 + ‖θ_0‖). Defaults: `initial` = 1e-6, ε = 1e-8, and
 * η = 1, a factor. Predictions are those of θ itself, not of an average of it.
 *
 * Ivgi, Hinder and Carmon, "DoG is SGD's best friend: a parameter-free dynamic step size schedule" (2023).
 */
export const dog = (config?: DogConfig): Optimizer => {
  const own = { initial: 1e-6, epsilon: 1e-8 }
  const { initial, epsilon, ...rates } = optionsOf('dog', config, { ...rateDefaults, learningRate: 1, ...own })
  checkNumber('dog: initial', initial, { open: true })
  checkNumber('dog: epsilon', epsilon, { open: true })
  return optimizer(
    [
      bySettings({
        kind: 'dog',
        secondMoments: true,
        initial,
        epsilon,
        emit: (rows) => {
          const { gradient: g, parameters, scalars } = rows
          const [start, away] = [rows.slot('start'), rows.scratch('away')]
          const [distance, squares] = [rows.state('distance', 0), rows.state('sumOfSquares', 0)]
          // 1 at the first step, and 0 at every later one.
          const isFirst = rows.scalar('greater', 1, rows.steps)
          rows.sub(away, parameters, start)
          rows.scale(away, away, isFirst)
          rows.add(start, start, away)
          rows.sub(away, parameters, start)
          const begins = scalars.mul(scalars.mul(isFirst, initial), scalars.add(1, norm(rows, start)))
          store(rows, distance, scalars.max(distance, scalars.max(begins, norm(rows, away))))
          store(rows, squares, scalars.add(squares, rows.dot(g, g)))
          rows.scale(g, g, scalars.div(distance, scalars.sqrt(scalars.add(squares, epsilon))))
        },
      }),
    ],
    rates,
  )
}

const norm = ({ dot, scalars }: StepRows, vector: Vector): Scalar => scalars.sqrt(dot(vector, vector))
