import type { DriftDetector } from '../drift/detector.js'
import type { KeptForm } from '../late.js'
import type { Model } from '../model.js'
import type { DriftRow, Reaction, RunningReaction } from './reaction.js'

/** What an operator keeps of a reaction, beside its own. */
export interface WithReaction {
  readonly reaction?: { readonly kind: string; readonly state: unknown }
}

/** A reaction at work on one model, whose state stands in that of the operator. */
export interface ReactingOn<R> {
  init(): WithReaction
  row(kept: WithReaction, row: DriftRow<R>): void
  settle(kept: WithReaction): void
  readonly form: KeptForm<WithReaction>
}

export const reactingOn = <R>(model: Model<R>, detector: DriftDetector, { kind, on }: Reaction): ReactingOn<R> => {
  const { reacting } = model.stages
  const running: RunningReaction<R, unknown> = on({
    ...{ model, reacting, detector },
    tell: (figures, reason) => reacting.tell({ reaction: kind, detector: detector.name, figures, reason }),
  })
  const { init, row, settle, form } = running
  const begun = (): WithReaction => ({ reaction: { kind, state: init() } })
  const stateOf = ({ reaction }: WithReaction): never => reaction?.state as never
  /** Tells whether a state is that of this reaction; that of another one is dropped, since the user has changed it. */
  const isOwn = (kept: unknown): kept is Required<WithReaction> =>
    (kept as WithReaction | null | undefined)?.reaction?.kind === kind
  return {
    init: begun,
    row: (kept, each) => row(stateOf(kept), each),
    settle(kept) {
      if (reacting.ready()) settle(stateOf(kept))
    },
    form: {
      save: (kept) => ({ ...kept, reaction: { kind, state: form.save ? form.save(stateOf(kept)) : stateOf(kept) } }),
      load(saved) {
        const kept = saved as WithReaction
        const state = isOwn(kept) ? kept.reaction.state : undefined
        if (state === undefined) return { ...kept, ...begun() }
        return { ...kept, reaction: { kind, state: form.load ? form.load(state) : state } }
      },
      problemOf: (saved) => (isOwn(saved) ? form.problemOf?.(saved.reaction.state) : undefined),
    },
  }
}
