import { circuit } from '../../../src/circuit/build.js'
import type { Fields } from '../../../src/features/field.js'
import { numeric } from '../../../src/features/numeric.js'
import { createModel } from '../../../src/model/createModel.js'
import type { LearnedRows, Model, Update } from '../../../src/model.js'
import { sgd } from '../../../src/optimizers/index.js'
import type { Row } from '../../../src/values.js'

type Config = Partial<Parameters<typeof createModel>[0]>

/** A model that predicts its own columns, which shows how a row is read; learning the row commits it. */
export interface Columns {
  readonly model: Model
  /** Returns the columns as which the row is read now. */
  read(row: Row): number[]
  /** Learns the rows in one window, and returns the columns as which they were read. */
  commit(...rows: readonly Row[]): { learned: LearnedRows; update: Update | undefined }
}

export const columnsOf = (features: Fields, count: number, config: Config = {}): Columns => {
  const targets = Array.from({ length: count }, (_, i) => `#t${i}`)
  const model = createModel({
    features,
    target: Object.fromEntries(targets.map((name) => [name, numeric({ scale: 'none' })])),
    circuit: circuit(({ input, weight, add }) => ({
      f: add(input('x', [count]), weight('w', { shape: [count] })),
    })),
    optimizer: sgd({ learningRate: 0 }),
    ...config,
  } as Parameters<typeof createModel>[0]) as Model
  const labels = Object.fromEntries(targets.map((name) => [name, 0]))
  return {
    model,
    read(row) {
      const { value, values } = model.predict(row)
      return count === 1 ? [value as number] : targets.map((name) => values![name]!)
    },
    commit(...rows) {
      const writer = model.stages.take('test', rows.length)
      try {
        const learned = writer.learn(rows.map((row) => ({ ...row, ...labels })))
        return { learned, update: learned.update ?? writer.flush() }
      } finally {
        writer.release()
      }
    },
  }
}
