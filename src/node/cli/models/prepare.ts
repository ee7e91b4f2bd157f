import { LayoutMismatchError } from '../../../errors.js'
import type { Model } from '../../../model.js'
import { restoreModel } from '../../../saved/restoreModel.js'
import type { SnapshotByKey } from '../../../wire/snapshotByKey.js'
import { type InferredSchema, InputError, saveContents, type Table } from '../../sources/index.js'
import type { LearnRequest } from '../arguments/args.js'
import { type ChosenColumns, chosenColumns, refuseUnknown } from '../arguments/columnOptions.js'
import { asUsage } from '../arguments/usageError.js'
import { type Configuration, configurationOf, schemaOf, seasonFor } from './configure.js'
import { createdModel } from './createdModel.js'
import { lastingOf, type Saved, type Session } from './session.js'

/** What learns the rows of a table, and by what. */
export interface Prepared {
  readonly configuration: Configuration
  readonly schema: InferredSchema
  readonly model: Model
  readonly createModel: () => Model
  readonly columns: Pick<ChosenColumns, 'keep' | 'by' | 'byKey'>
  readonly session: Session
  /** The models by key to go on from. */
  readonly saved?: SnapshotByKey | undefined
}

/**
 * Makes the model that was requested for a table, or that was saved.
 *
 * @throws UsageError if the options do not fit the columns; InputError if the saved model cannot go on
 */
export const prepare = async (request: LearnRequest, table: Table, saved: Saved | undefined): Promise<Prepared> => {
  // This precision has separate kernels, which are loaded only if they are requested.
  if (request.precision === 'fast') await import('../../../kernels/host/fast.js')
  return saved?.session === undefined ? asUsage(() => prepareNew(request, table)) : prepareSaved(request, table, saved)
}

const prepareNew = (request: LearnRequest, table: Table): Prepared => {
  const columns = chosenColumns(request.columns, table.columns)
  const schema = schemaOf(table, columns, request)
  const canGrow = !table.isSettled && columns.target?.field === undefined
  const configuration = withCursor(configurationOf(request, schema, canGrow), table)
  const createModel = () => createdModel(configuration, request.optimizer)
  const season = seasonFor(request, schema)
  const by = columns.by === undefined ? {} : { by: columns.by }
  const byKey = columns.byKey === undefined ? {} : { byKey: columns.byKey }
  const contents = saveContents(table.contents)
  const session = { format: 1, options: lastingOf(request.given), season, ...by, ...byKey, contents } as const
  return { configuration, schema, model: createModel(), createModel, columns, session }
}

/** Makes a model like the one that was saved, which has learned nothing. */
const newModelOf = ({ schema }: Saved, request: LearnRequest, table: Pick<Table, 'cursor'>): Model =>
  createdModel(withCursor(configurationOf(request, schema, false), table), request.optimizer)

/** Lets the model keep the cursor of the last row that it has learned, if the rows have one. */
const withCursor = (configuration: Configuration, { cursor }: Pick<Table, 'cursor'>): Configuration =>
  cursor === undefined ? configuration : { ...configuration, cursor }

const prepareSaved = (request: LearnRequest, table: Table, saved: Saved): Prepared => {
  const { by, byKey, ...rest } = saved.session!
  const { keep } = chosenColumns({ keep: request.columns.keep }, table.columns)
  const columns = { keep, by, byKey }
  asUsage(() =>
    refuseUnknown(
      { target: undefined, features: undefined, time: undefined, text: [], without: [], ...columns },
      table.columns,
    ),
  )
  const { schema } = saved
  const createModel = () => newModelOf(saved, request, table)
  const model = byKey === undefined ? modelOf(saved, request, table) : createModel()
  return {
    ...{ configuration: configurationOf(request, schema, false), schema, model, columns },
    createModel,
    session: { ...rest, ...(by !== undefined && { by }), ...(byKey !== undefined && { byKey }) },
    saved: saved.byKey,
  }
}

/**
 * Makes the model that was saved, with what it had learned.
 *
 * @throws InputError if this version makes another model of the same options
 */
export const modelOf = (saved: Saved, request: LearnRequest, table: Pick<Table, 'cursor'> = {}): Model => {
  const { path, bytes } = saved
  const model = newModelOf(saved, request, table)
  try {
    restoreModel(bytes, model)
    return model
  } catch (error) {
    if (!(error instanceof LayoutMismatchError)) throw error
    throw new InputError(`${path}: this version of rxgrad makes another model of its options: ${error.message}`)
  }
}
