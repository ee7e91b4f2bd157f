import { fading } from '../metrics/fading.js'
import type { Metric, Observation } from '../metrics/metric.js'
import { type CompetitionState, problemOfCompetition } from './competitionState.js'
import { type PairedConfig, type PairedState, pairedCusum } from './pairedCusum.js'
import type { Evidence, Standings, Swap } from './records.js'

export interface CompetitionConfig<N extends string> extends PairedConfig {
  /** The names of the models; the first is the champion at the start. */
  readonly names: readonly N[]
  readonly metric: Metric
}

/** Compares models by what each lost at the same rows, and decides which is the champion. */
export interface Competition<N extends string> {
  init(): CompetitionState
  /** Measures what the i-th model predicted for a row. */
  measure(i: number, observation: Observation): void
  /** Compares what was measured of all models; it returns a swap, but for its step. */
  update(state: CompetitionState): Omit<Swap<N>, 'step'> | undefined
  report(state: CompetitionState): Standings<N>
  /** Returns why a saved state is not one of these models, as the rest of a sentence, or undefined. */
  problemOf(saved: unknown): string | undefined
}

export const createCompetition = <N extends string>(config: CompetitionConfig<N>): Competition<N> => {
  const { names, metric } = config
  const running = fading(metric, config.fading)
  // Each of several challengers may be decided for by chance.
  const challengers = Math.max(1, names.length - 1)
  const test = pairedCusum({ ...config, runLength: config.runLength * challengers })
  const sign = metric.better === 'lower' ? 1 : -1
  /** The numbers of the row as each model is measured by it, and what it costs; NaN if there was no prediction. */
  const measured = names.map((): number[] => new Array(metric.width).fill(0))
  const costs = names.map(() => Number.NaN)

  const statesFor = (champion: string): CompetitionState['challengers'] =>
    Object.fromEntries(names.flatMap((name) => (name === champion ? [] : [[name, test.init()]])))
  const evidenceOf = (state: PairedState): Evidence => ({
    rows: state.rows,
    refused: state.refused,
    champion: (sign * state.champion) / state.scored,
    challenger: (sign * state.challenger) / state.scored,
    deviation: test.deviation(state),
    sum: state.sum,
    threshold: test.threshold,
  })
  const lossesOf = ({ losses }: CompetitionState): Readonly<Record<N, number>> =>
    Object.fromEntries(names.map((name) => [name, running.value(losses[name])])) as Record<N, number>

  const swapTo = (state: CompetitionState, to: N): Omit<Swap<N>, 'step'> => {
    const from = state.champion as N
    const evidence = evidenceOf(state.challengers[to])
    const losses = lossesOf(state)
    state.champion = to
    state.swaps += 1
    // Whoever was the champion needs as much evidence to become it again.
    state.challengers = statesFor(to)
    const { rows, refused, champion, challenger } = evidence
    const compared = `over the last ${rows} rows its ${metric.name} was ${challenger.toPrecision(3)}, that of '${from}' ${champion.toPrecision(3)}`
    const refusals = `'${from}' gave no prediction for ${refused} of the last ${rows} rows`
    const why = Number.isNaN(champion) ? refusals : refused > 0 ? `${compared}; ${refusals}` : compared
    const reason = `'${to}' is the champion in place of '${from}': ${why}`
    return { kind: 'swap', rows: state.rows, from, to, losses, evidence, reason }
  }

  return {
    init: () => ({
      ...{ champion: names[0], rows: 0, unscored: 0, swaps: 0, own: running.init() },
      losses: Object.fromEntries(names.map((name) => [name, running.init()])),
      challengers: statesFor(names[0]),
    }),
    measure(i, observation) {
      const { actual, predicted } = observation
      costs[i] = Number.NaN
      if (Number.isNaN(actual) || Number.isNaN(predicted)) return
      metric.measure(observation, measured[i])
      const sums = new Array(metric.size).fill(0)
      metric.add(sums, measured[i], 0, 1)
      costs[i] = sign * metric.value(sums)
    },
    update(state) {
      const best = names.indexOf(state.champion as N)
      if (costs.some(Number.isNaN)) state.unscored += 1
      else {
        state.rows += 1
        running.add(state.own, measured[best])
        names.forEach((name, i) => {
          running.add(state.losses[name], measured[i])
        })
      }
      let winner: N | undefined
      names.forEach((name, i) => {
        const paired = state.challengers[name]
        // A row that neither predicted says nothing, such as one without a label.
        if (!paired || (Number.isNaN(costs[best]) && Number.isNaN(costs[i]))) return
        if (!test.update(paired, costs[best], costs[i])) return
        if (!winner || paired.sum > state.challengers[winner].sum) winner = name
      })
      return winner && swapTo(state, winner)
    },
    problemOf: (saved) => problemOfCompetition(saved, names, metric.size, config.fading),
    report: (state) => ({
      ...{ champion: state.champion as N, metric: metric.name, rows: state.rows, unscored: state.unscored },
      ...{ swaps: state.swaps, loss: running.value(state.own) },
      models: names.map((name) => ({
        ...{ name, loss: running.value(state.losses[name]) },
        evidence: name === state.champion ? undefined : evidenceOf(state.challengers[name]),
      })),
    }),
  }
}
