import { RejectedRowError } from '../../errors.js'
import type { Prediction } from '../../records.js'
import type { Row } from '../../values.js'
import { encoderOf } from './encoderOf.js'
import type { Machine } from './machine.js'

/** Predicts one row by the current state of the arena; only the row's features are read. */
export const createRowPredictor = <R>({ core, pass, reader }: Machine): ((row: R) => Prediction<R>) => {
  const x = new Float64Array(core.width)
  const y = new Float64Array(core.targets)
  const encoder = encoderOf(core)
  return (row) => {
    const refused = encoder.features(row, x, 0, []) ?? core.memories?.committed.readRow(row as Row, x, 0).refused
    if (refused) throw new RejectedRowError(refused)
    pass.load(0, x, 0, y, 0, 1)
    pass.predict(0, 1)
    return reader.one(row)
  }
}
