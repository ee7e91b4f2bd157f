import { checkNumber } from '../options/checkNumber.js'
import { optionsOf } from '../options/optionsOf.js'
import { store } from '../program/store.js'
import { bySettings } from '../settings.js'
import type { Transform } from './optimizer.js'

export interface L1Config {
  /** The groups to which no penalty applies. Default: biases. */
  readonly exclude?: readonly string[]
}

/**
 * L1 regularisation by the cumulative penalty, which gives weights of exactly 0: with the penalty u that a weight could
 * have had so far, and the penalty q that it has had, after each step
 *
 *     u ← u + η_t·λ
 *     θ ← max(0, θ − (u + q)) if θ > 0, otherwise min(0, θ + (u − q));   q ← q + the change of θ
 *
 * A weight whose gradient is 0 waits, and is charged at its next gradient. By default biases are not charged. It goes
 * with any optimizer, and with `l2` it is the elastic net.
 *
 * Tsuruoka, Tsujii and Ananiadou, "Stochastic gradient descent training for L1-regularized log-linear models with
 * cumulative penalty" (2009).
 *
 * @example
 * chain(l1(1e-4), l2(1e-4), sgd({ learningRate: 0.1 }))
 */
export const l1 = (lambda: number, config?: L1Config): Transform & { lambda: number; exclude: readonly string[] } => {
  const { exclude } = optionsOf('l1', config, { exclude: ['bias'] })
  checkNumber('l1: λ', lambda, {})
  return bySettings({
    kind: 'l1',
    lazy: true,
    lambda,
    exclude,
    emit: ({ copy, gradient, scratch }) => copy(scratch('charged'), gradient),
    after: (all) => {
      const { parameters, scalars, scratch, slot, site } = all
      const [charged, had] = [scratch('charged'), slot('penalty')]
      const [down, up, work] = [scratch('down'), scratch('up'), scratch('work')]
      const penalised = all.only(({ group, frozen }) => !frozen && !exclude.includes(group))
      for (const rate of new Set(penalised.tensors.map((tensor) => site.rateOf(tensor)))) {
        const rows = penalised.only((tensor) => site.rateOf(tensor) === rate)
        const due = all.state('penalty', 0)
        store(all, due, scalars.add(due, scalars.mul({ address: rate }, lambda * site.rate)))
        // Rounding must not turn a penalty into a gift, so both remainders are at least 0.
        rows.shift(down, had, due)
        rows.each('relu', down, down)
        rows.sub(down, parameters, down)
        rows.each('relu', down, down)
        // min(0, θ + (u − q)): where its negative is not above 0, it is 0.
        rows.scale(work, had, -1)
        rows.shift(work, work, due)
        rows.each('relu', work, work)
        rows.add(work, parameters, work)
        rows.each('neg', up, work)
        rows.each('relu', up, up)
        rows.each('where', up, up, work, up)

        rows.each('relu', work, parameters)
        rows.each('where', work, work, down, up)
        rows.each('where', work, charged, work, parameters)
        rows.sub(up, work, parameters)
        rows.add(had, had, up)
        rows.copy(parameters, work)
      }
    },
  })
}
