import type { Executor } from '../../program/executor.js'
import { createWasmExecutor } from './wasm.js'
import type { WasmModule } from './webAssembly.js'

let executor: Executor | undefined

/**
 * Sets the compiled kernels, before the first model is created: for hosts that allow no compilation at run time, and
 * for pages that fetch `rxgrad/kernels.wasm` beside their code.
 *
 * @param module `await WebAssembly.compileStreaming(fetch(url))`, or what a bundler makes of the file
 */
export const init = (module: WasmModule): void => {
  executor = createWasmExecutor(() => module)
}
export const givenExecutor = (): Executor | undefined => executor
