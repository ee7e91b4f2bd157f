import type { Model } from '../../model.js'

/** A run that is replayed: it yields a step once before its first row, and after each change. */
export interface SteppedRun {
  readonly model: Pick<Model, 'layout' | 'parameters'>
  readonly steps: AsyncGenerator<number, undefined>
}

/** Where two runs part. */
export interface Difference {
  /** The first step after which θ differs, or that only one of them has. */
  readonly step: number
  /** The first tensor that differs, and the first of its numbers; undefined if one of the runs ends before the step. */
  readonly tensor: string | undefined
  readonly index: number | undefined
  /** That number in each run; undefined for the one that ended. */
  readonly one: number | undefined
  readonly other: number | undefined
}

/** Goes through two runs of equal tensors beside each other, up to the step where they part; undefined if they do not. */
export const partingOf = async (mine: SteppedRun, theirs: SteppedRun): Promise<Difference | undefined> => {
  try {
    for (;;) {
      const [step, otherStep] = [await mine.steps.next(), await theirs.steps.next()]
      if (step.done && otherStep.done) return undefined
      const last = step.value ?? otherStep.value!
      const ended = { tensor: undefined, index: undefined, one: undefined, other: undefined }
      if (step.value !== otherStep.value) return { step: Math.min(last, otherStep.value ?? last), ...ended }
      const { layout, parameters } = mine.model
      const at = firstDifference(parameters, theirs.model.parameters)
      if (at === undefined) continue
      const tensor = layout.findLast(({ offset }) => offset <= at)
      const [own, its] = [parameters[at], theirs.model.parameters[at]]
      return { step: last, tensor: tensor?.name, index: at - (tensor?.offset ?? 0), one: own, other: its }
    }
  } finally {
    await mine.steps.return(undefined)
    await theirs.steps.return(undefined)
  }
}

/** Returns the place of the first number that is not the same, to the bit. */
export const firstDifference = (one: ArrayLike<number>, other: ArrayLike<number>): number | undefined => {
  const length = Math.max(one.length, other.length)
  for (let i = 0; i < length; i++) if (!Object.is(one[i], other[i])) return i
  return undefined
}
