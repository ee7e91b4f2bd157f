import type { Coverage } from '../../../intervals/intervalOf.js'
import type { AnyLearned } from '../../../metrics/observed.js'
import type { Model } from '../../../model.js'
import type { ModelEvent, Rejection } from '../../../records.js'
import type { Savable } from '../../../saved/savedModel.js'
import type { Cursor, Row } from '../../../values.js'
import type { RowAt, RowColumns } from '../../sources/index.js'
import type { LearnRequest } from '../arguments/args.js'
import type { Session } from '../models/session.js'
import type { KeysReport } from '../output/keysReport.js'
import type { Scores } from '../output/scores.js'
import type { ExpectedConfig } from './expected.js'
import type { PredictionConfig } from './predictions.js'

/** What learns the rows of a table: one model, or one for each key. */
export interface Learning {
  /** Whether it reads rows alone, and no columns. */
  readonly isRowwise: boolean
  /** What is saved: the model, or the models of all keys. */
  readonly savable: Savable & { readonly cursor?: Cursor | undefined }
  /** The scores over all rows. */
  readonly scores: Pick<Scores, 'report' | 'classes'>
  /** Learns rows in turn, and returns the lines of their predictions, if they are wanted. */
  learn(at: RowAt[] | RowColumns): string | Uint8Array
  /** Learns rows once more, which were scored and written before. */
  learnAgain(at: readonly RowAt[]): void
  /** Counts a reading that is not a row. */
  reject(rejection: Rejection): void
  /** Listens to what happens to the rows; returns a function that stops listening. */
  listen(listener: (event: ModelEvent) => void): () => void
  /** The numbers of rows learned, and of rows that were predicted only. */
  counters(): { readonly learned: number; readonly unlabelled: number }
  /** The weight of each expert; undefined for a single circuit. */
  experts(): Readonly<Record<string, number>> | undefined
  /** The share of numbers so far that lay within their intervals and below each quantile, if there are any. */
  coverage?(): Coverage
  /** How well the models of the keys do, if there is one for each. */
  keys?(): KeysReport
  /** Learns the rows of a window that is not full, and gives the model back. */
  release(): void
}

export interface LearningConfig {
  readonly request: Pick<LearnRequest, 'batch' | 'horizon' | 'predictions'> & ExpectedConfig
  /** How predictions are written. */
  readonly form: PredictionConfig
  /** The column whose values tell series apart within a model. */
  readonly by: string | undefined
  /** The number of rows after which the target repeats itself. */
  readonly season: number | 'none'
  /** Whether scores over recent rows are needed as well. */
  readonly recent: boolean
  readonly isRejected: (row: Row) => boolean
}

/** How one model learns. */
export interface OneModelConfig extends LearningConfig {
  readonly model: Model
  /** What is kept in the model, if it was not kept before. */
  readonly session: Session
  /** Is called with each record, and what returns the scores. */
  readonly show: (learned: AnyLearned<Row>, scores: Scores['report']) => void
}
