import { LayoutMismatchError } from '../../errors.js'
import type { Model } from '../../model.js'
import { checkWhole } from '../../options/checkWhole.js'
import { optionsOf } from '../../options/optionsOf.js'
import { checkModel } from '../../saved/savedModel.js'
import type { Row } from '../../values.js'
import type { Journal } from './journal.js'
import { type Difference, partingOf } from './parting.js'
import { checkJournal } from './record.js'
import { stepsOf } from './replay.js'

/** A run that is replayed: the rows, and a model to learn them with, new or resumed. */
export interface RunToReplay<R extends object = Row> {
  readonly journal: Journal<object>
  readonly model: Model<R>
  /** The number of rows of a step. Default: 1. */
  readonly batch?: number
}

/**
 * Replays two runs beside each other, and says at which step and tensor they part; undefined if θ is the same, to the
 * bit, at every step.
 *
 * @throws LayoutMismatchError if the models have different tensors; JournalError if rows are missing
 * @example
 * const runOf = async (folder) => ({
 *   journal: await openJournal(folder, { readOnly: true }),
 *   model: createModel({ features, target, layers: [dense(4, 'relu'), dense(1)] }),
 * })
 * const parted = await diff(await runOf('mine'), await runOf('theirs'))
 * if (parted) console.log(`they part at step ${parted.step}, in ${parted.tensor}[${parted.index}]`)
 */
export const diff = async <R extends object = Row>(
  one: RunToReplay<R>,
  other: RunToReplay<R>,
): Promise<Difference | undefined> => {
  const [steps, others] = [one, other].map((run) => {
    const { journal, model, batch } = optionsOf('diff', run, {
      journal: undefined,
      model: undefined,
      batch: 1,
    }) as RunToReplay<R>
    checkJournal('diff', journal, 'rows')
    checkModel('diff', model, 'restore')
    checkWhole('diff: batch is', batch)
    return stepsOf('diff', journal, model, batch ?? 1)
  }) as [AsyncGenerator<number, undefined>, AsyncGenerator<number, undefined>]
  const [mine, theirs] = [one.model, other.model]
  const shape = ({ layout }: Model<R>): string => JSON.stringify(layout.map(({ name, shape }) => [name, shape]))
  if (shape(mine) !== shape(theirs))
    throw new LayoutMismatchError(
      `diff: the tensors of the models are ${shape(mine)} and ${shape(theirs)}; expected two models of the same layers.`,
    )
  return partingOf({ model: mine, steps }, { model: theirs, steps: others })
}
