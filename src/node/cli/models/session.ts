import { planOf } from '../../../compile/planOf.js'
import type { Field, Fields } from '../../../features/field.js'
import { bringKeep } from '../../../model/keep.js'
import type { Model } from '../../../model.js'
import type { Description, Snapshot } from '../../../records.js'
import { decodeModel, SavedModelError } from '../../../saved/savedModel.js'
import type { SnapshotByKey } from '../../../wire/snapshotByKey.js'
import { type Contents, type InferredSchema, InputError, loadContents, type SavedContent } from '../../sources/index.js'
import { readSaved } from '../../store/loadModel.js'
import { modelRows } from '../arguments/modelRows.js'
import type { OptionName } from '../arguments/options.js'
import type { GivenOptions } from '../arguments/splitArgs.js'
import { targetRows } from '../arguments/targetRows.js'
import type { KeyedState } from '../output/keyScores.js'
import type { ScoresState } from '../output/scores.js'

/** What the command keeps in a model that it saves: with it, another run goes on from where this one has stopped. */
export interface Session {
  readonly format: 1
  /** The options by which the model was made, as they were given. */
  readonly options: GivenOptions<OptionName>
  readonly season: number | 'none'
  /** The column that tells series apart. */
  readonly by?: string | undefined
  readonly contents: readonly SavedContent[]
  scores?: ScoresState
  /** The column whose values have a model each, and what is known of their scores together. */
  readonly byKey?: string | undefined
  keyed?: KeyedState
}

/** The name under which a model keeps it. */
const NAME = 'rxgrad learn'

/** The options that a saved model has of its own; the others may differ from run to run. */
const lasting: readonly string[] = [...Object.keys(targetRows), ...Object.keys(modelRows)]
/** The options that say how an input is read, which a later input may need otherwise. */
const reading: readonly string[] = ['missing', 'decimal']

/** Keeps a session in a model: the one that it was restored with, or else this one. */
export const keepSession = (model: Model, session: Session): { readonly value: Session; release(): void } => {
  bringKeep()
  return model.stages.keep(NAME, () => session)
}

/** Returns the options that belong to a model. */
export const lastingOf = (options: GivenOptions<OptionName>): GivenOptions<OptionName> =>
  Object.fromEntries(Object.entries(options).filter(([name]) => [...lasting, ...reading].includes(name)))

/** A model of a file. */
export interface Saved {
  readonly path: string
  readonly bytes: Uint8Array
  readonly description: Description
  /** What has been learned; of models by key, by the one that has learned last. */
  readonly snapshot: Snapshot
  /** The models of all keys; undefined for one model. */
  readonly byKey?: SnapshotByKey | undefined
  /** Undefined for a model that a program has saved. */
  readonly session: Session | undefined
  /** The fields of the model, as a schema. */
  readonly schema: InferredSchema
  readonly contents: Contents | undefined
}

/**
 * Opens a saved model.
 *
 * @throws InputError if there is none that can be read
 */
export const openSaved = async (path: string): Promise<Saved> => {
  try {
    const bytes = await readSaved(path)
    const { description, snapshot: whole, about } = decodeModel(bytes)
    const byKey = 'kind' in whole ? whole : undefined
    const snapshot = 'kind' in whole ? whole.snapshots.at(-1) : whole
    if (description === undefined || snapshot === undefined)
      throw new SavedModelError('it holds a model for each key, with which only a program goes on', path)
    const plan = planOf(description)
    const features = inOrder(plan.features, description.features)
    const target = inOrder(plan.target, description.target)
    const session = (byKey ? about : snapshot.kept[NAME]) as Session | undefined
    const contents = session && loadContents(session.contents)
    const schema = { features, target, notices: [] }
    return { path, bytes, description, snapshot, ...(byKey && { byKey }), session, schema, contents }
  } catch (error) {
    const { message } = error as Error
    throw new InputError(error instanceof SavedModelError ? `${path}: ${error.what}.` : `${path}: ${oneLine(message)}`)
  }
}

/** Puts the settings of fields in the order that the model had them in, which is a part of what it is. */
const inOrder = (fields: Fields, settings: Description['features']): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, { ...settings[name], ...field } as Field]))

const oneLine = (text: string): string => text.split('\n', 1)[0]

/**
 * Returns the options of a saved model, with those of this run.
 *
 * @throws InputError if an option would make another model of it
 */
export const withSaved = ({ path, session }: Saved, given: GivenOptions<OptionName>): GivenOptions<OptionName> => {
  if (session === undefined)
    throw new InputError(
      `--load ${path}: a program has saved this model, and goes on from it by loadModel('${path}', model); rxgrad predict and rxgrad evaluate read it.`,
    )
  const { options } = session
  for (const [name, value] of Object.entries(given)) {
    if (!lasting.includes(name) || options[name as OptionName] === value) continue
    const was = options[name as OptionName]
    throw new InputError(
      `--${name}: the model in ${path} was made ${was === undefined ? `without it` : `with --${name} "${was}"`}; leave it out, or learn a new model without --load.`,
    )
  }
  return { ...options, ...given, season: `${session.season}` }
}
