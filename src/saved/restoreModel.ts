import type { Members } from '../compile/planOf.js'
import { LayoutMismatchError } from '../errors.js'
import type { Model } from '../model.js'
import { optionsOf } from '../options/optionsOf.js'
import type { Snapshot } from '../records.js'
import type { Cursor } from '../values.js'
import type { LeftOut } from './fit.js'
import { checkModel, decodeModel, type Savable } from './savedModel.js'
import { warmStarted } from './warmStarted.js'

/** What can go on from a saved model: a model, or the models of `learnByKey`. */
export interface Restorable extends Savable {
  readonly cursor: Cursor | undefined
  restore(snapshot: never): void
}

export interface RestoreConfig extends Members {
  /**
   * Whether a model of another configuration takes over what fits: every tensor, statistic and name. Default: false,
   * which refuses it, and names what differs.
   */
  readonly warmStart?: boolean
}

/** What a model went on from. */
export interface Restored {
  /** The cursor of the last row that was learned; the source is read on behind it. */
  readonly cursor: Cursor | undefined
  /** What a warm start has not taken over, and why; empty otherwise. */
  readonly leftOut: readonly LeftOut[]
}

/**
 * Restores a model from the bytes of a saved one: it continues as that one, bit for bit, scores included.
 *
 * With `warmStart`, a model of another configuration takes over what fits. A column that is new begins with fresh
 * weights, beside those of the columns that were there.
 *
 * @throws SavedModelError if the bytes are no whole model; LayoutMismatchError, which names what differs, if they are of
 * another configuration. The model is then as it was
 * @example
 * const bytes = encodeModel(model)
 * const { cursor, leftOut } = restoreModel(bytes, model, { warmStart: true })
 * for (const { what, reason } of leftOut) console.log(`${what} begins anew: ${reason}`)
 */
export const restoreModel = (bytes: Uint8Array, model: Restorable, config?: RestoreConfig): Restored =>
  restoreFrom('restoreModel', bytes, model, config)

/** Restores a model, and names in errors what was asked for, and of what. */
export const restoreFrom = (where: string, bytes: Uint8Array, model: Restorable, config?: RestoreConfig): Restored => {
  const { warmStart, ...members } = optionsOf('restoreModel', config, {
    ...{ warmStart: false, fieldKinds: undefined, losses: undefined },
  })
  checkModel('restoreModel', model, 'restore')
  const saved = decodeModel(bytes)
  const restored = (): readonly LeftOut[] => {
    try {
      model.restore(saved.snapshot as never)
      return []
    } catch (error) {
      const { description } = saved
      if (!(error instanceof LayoutMismatchError && warmStart && description && model.description)) throw error
      const started = warmStarted({ description, snapshot: saved.snapshot as Snapshot }, model as Model, members)
      model.restore(started.snapshot as never)
      return started.leftOut
    }
  }
  try {
    const leftOut = restored()
    return { cursor: model.cursor, leftOut }
  } catch (error) {
    if (!(error instanceof LayoutMismatchError)) throw error
    const hint = warmStart || !model.description ? '' : ' To take over what fits, give { warmStart: true }.'
    const told = error.message.replace(/^(\w+\.)?restore: (the snapshot)?/, (_, __, its) =>
      its ? 'the saved model' : '',
    )
    throw new LayoutMismatchError(`${where}: ${told}${hint}`)
  }
}
