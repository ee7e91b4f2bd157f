import type { Executor } from '../../program/executor.js'
import { kernelBytes } from './bytes.js'
import { givenExecutor } from './given.js'
import { createWasmExecutor } from './wasm.js'

let executor: Executor | undefined
let refused: unknown

/**
 * What `init` was given, or else the embedded kernels, compiled on first use; undefined where the host refuses them.
 */
export const wasmExecutor = (): Executor | undefined => {
  const given = givenExecutor()
  if (given || executor || refused) return given ?? executor
  try {
    executor = createWasmExecutor(({ Module }) => new Module(kernelBytes()))
  } catch (error) {
    refused = error
  }
  return executor
}
export const whyRefused = (): unknown => refused
