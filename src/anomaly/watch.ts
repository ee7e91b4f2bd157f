import { RejectedRowError } from '../errors.js'
import type { Held } from '../late.js'
import { takePlace } from '../model/late/takePlace.js'
import type { Model } from '../model.js'
import type { Unlearned } from '../records.js'
import type { Row } from '../values.js'
import { createJudge, type Judgement } from './judge.js'
import type { DetectAnomaliesConfig, Judged } from './records.js'
import { problemOfWatch, type Waiting, type WatchState } from './watchState.js'

export interface Watch<R> {
  row(row: R): Judged<R>
  release(): void
}

/** Takes the models, for one writer. */
export const createWatch = <R extends object>(
  models: readonly Model<R>[],
  { delay, name, ...limits }: Required<DetectAnomaliesConfig>,
): Watch<R> => {
  const targets = models.flatMap(({ target }) => Object.keys(target))
  const groups = models.flatMap(({ target }) => {
    const names = Object.keys(target)
    return names.length > 1 ? [names.map((name) => targets.indexOf(name))] : []
  })
  const grouped = new Set(groups.flat())
  const judge = createJudge({ targets: targets.length, groups, ...limits })
  const initial = (): WatchState => ({ targets, window: limits.window, judge: judge.init(), waiting: [], quiet: delay })
  const { writers, kept, release } = takeAll(models, () => {
    const problemOf = (saved: unknown): string | undefined =>
      problemOfWatch(saved, targets, targets.length + groups.length, limits.window, models)
    return models[0].stages.keep(name, initial, { problemOf })
  })

  const labelsOf = (row: R): Row => Object.fromEntries(targets.map((target) => [target, (row as Row | null)?.[target]]))
  const expect = (row: R): Readonly<Record<string, number>> =>
    Object.assign({}, ...models.map((model) => valuesOf(model, row)))
  const errorsOf = (labels: Row, expected: Readonly<Record<string, number>>): number[] =>
    targets.map((target) => {
      const value = labels[target]
      return typeof value === 'number' ? value - expected[target] : Number.NaN
    })
  /** Lets the fields remember a row, and returns what its models hold of it, and why some have refused it. */
  const arrive = (row: R): { readonly rows: (Held | undefined)[]; readonly refused: readonly Unlearned[] } => {
    const arrived = models.map(({ stages }, i) => stages.late.arrive(row, writers[i], 'known'))
    const refused = arrived.flatMap(({ unlearned }) => unlearned.filter(({ kind }) => kind === 'rejected'))
    return { rows: arrived.map(({ held }) => held), refused }
  }
  const learn = ({ rows, labels, judgement }: Waiting): void => {
    models.forEach(({ stages: { late } }, i) => {
      const held = rows[i]
      if (held && late.refusalOf(held, labels) === undefined) late.learn(held, labels, writers[i], 'known')
    })
    judge.learn(kept.value.judge, judgement)
  }
  /** Returns the score of the row as a whole: the largest of those of the models. */
  const scoreOf = ({ scores }: Judgement): number => {
    const wholes = scores.filter((score, j) => !Number.isNaN(score) && !(j < targets.length && grouped.has(j)))
    return wholes.length > 0 ? Math.max(...wholes.map(Math.abs)) : Number.NaN
  }
  /** Returns the targets that are suspicious, or the one that is the most in a group that is. */
  const suspectsIn = ({ scores }: Judgement): readonly number[] => {
    const sizes = scores.map(Math.abs)
    const suspects = targets.flatMap((_, j) => (sizes[j] > 1 ? j : []))
    if (suspects.length > 0) return suspects
    const group = groups.find((_, g) => sizes[targets.length + g] > 1) ?? []
    return group.reduce<number[]>(([most], j) => (most === undefined || sizes[j] > sizes[most] ? [j] : [most]), [])
  }
  /** Returns the suspicious target without whose error the others are best understood: their models read it, too. */
  const atFault = (row: R, expected: Readonly<Record<string, number>>, judgement: Judgement): string | undefined => {
    const suspects = suspectsIn(judgement).map((j) => targets[j])
    if (suspects.length < 2) return suspects[0]
    const left = suspects.map((target) => {
      const repaired = { ...row, [target]: expected[target] }
      return judge.strangeness(kept.value.judge, errorsOf(labelsOf(repaired), expect(repaired)))
    })
    return suspects[left.indexOf(Math.min(...left))]
  }

  return {
    row(row) {
      const { waiting } = kept.value
      const labels = labelsOf(row)
      const expected = expect(row)
      const judgement = judge.judge(kept.value.judge, errorsOf(labels, expected))
      const target = atFault(row, expected, judgement)
      const isAnomaly = target !== undefined
      const isNew = isAnomaly && kept.value.quiet >= delay
      let refused: readonly Unlearned[]
      if (isAnomaly) {
        kept.value.quiet = 0
        // The fault may have begun before it was found.
        waiting.length = 0
        // Fields remember what was expected in place of the number at fault.
        refused = arrive({ ...row, [target]: expected[target] }).refused
      } else {
        kept.value.quiet = Math.min(kept.value.quiet + 1, delay)
        const arrived = arrive(row)
        refused = arrived.refused
        waiting.push({ rows: arrived.rows, labels, judgement })
        // There may be several after a restore with a shorter delay.
        while (waiting.length > delay) learn(waiting.shift() as Waiting)
      }
      const scores = Object.fromEntries(targets.map((each, j) => [each, judgement.scores[j]]))
      const judged: Judged<R> = {
        kind: 'judged',
        row,
        isAnomaly,
        isNew,
        score: scoreOf(judgement),
        target,
        scores,
        expected,
      }
      return refused.length > 0 ? { ...judged, refused } : judged
    },
    release,
  }
}

/** Takes all models and the place, or none of them. */
const takeAll = <R, P extends { release(): void }>(models: readonly Model<R>[], place: () => P) => {
  const held: { release(): void }[] = []
  const release = (): void => {
    for (const each of held.splice(0).reverse()) each.release()
  }
  return takePlace({ release }, () => {
    const writers = models.map(({ stages }) => {
      const writer = stages.take('detectAnomalies')
      held.push(writer)
      return writer
    })
    const kept = place()
    held.push(kept)
    return { writers, kept, release }
  })
}

/** Returns what a model expects of its targets: NaN for a row that it rejects, or before its first label. */
const valuesOf = <R>(model: Model<R>, row: R): Readonly<Record<string, number>> => {
  const names = Object.keys(model.target)
  try {
    const { value, values } = model.predict(row)
    return values ?? { [names[0]]: value as number }
  } catch (error) {
    if (!(error instanceof RejectedRowError)) throw error
    return Object.fromEntries(names.map((name) => [name, Number.NaN]))
  }
}
