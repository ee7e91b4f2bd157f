import type * as Runtime from 'onnxruntime-web'
import type { Row } from '../../../src/values.js'

const runtime: typeof Runtime | undefined = await import('onnxruntime-web').catch((error: unknown) => {
  if (process.env.CI) throw error
  return undefined
})
if (runtime) {
  runtime.env.wasm.numThreads = 1
  runtime.env.logLevel = 'error'
}

/** Whether ONNX Runtime is there. It is a part of the development dependencies, so that `npm ci` installs it. */
export const hasRuntime: boolean = runtime !== undefined
if (!hasRuntime) console.warn('The tests of ONNX files are skipped: run npm ci, which installs onnxruntime-web.')

/** The outputs of a model, by name. */
export type Outputs = Readonly<Record<string, readonly (number | string)[]>>

/** Loads a file, and returns what runs it on rows; a value that is missing is NaN, or the name ''. */
export const load = async (
  bytes: Uint8Array,
  strings: readonly string[] = [],
  graphOptimizationLevel: 'all' | 'basic' | 'disabled' = 'all',
): Promise<{ readonly inputs: readonly string[]; run(rows: readonly Row[]): Promise<Outputs> }> => {
  const { InferenceSession, Tensor } = runtime as typeof Runtime
  const session = await InferenceSession.create(bytes, { graphOptimizationLevel, logSeverityLevel: 3 })
  return {
    inputs: session.inputNames,
    async run(rows) {
      const tensorOf = (name: string): Runtime.Tensor => {
        const column = rows.map((row) => row[name])
        return strings.includes(name)
          ? new Tensor(
              'string',
              column.map((value) => `${value ?? ''}`),
            )
          : new Tensor(
              'float64',
              Float64Array.from(column, (value) => Number(value ?? Number.NaN)),
            )
      }
      const result = await session.run(Object.fromEntries(session.inputNames.map((name) => [name, tensorOf(name)])))
      return Object.fromEntries(
        Object.entries(result).map(([name, { data }]) => [name, Array.from(data as ArrayLike<number | string>)]),
      )
    },
  }
}
