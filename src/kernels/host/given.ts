import type { Executor } from '../../program/executor.js'
import { createWasmExecutor } from './wasm.js'
import type { WasmModule } from './webAssembly.js'

let executor: Executor | undefined

/**
 * Sets what executes the models, before the first of them is created: the compiled kernels, for hosts that allow no
 * compilation at run time, and for pages that fetch `rxgrad/kernels.wasm` beside their code; or the `interpreter`, which
 * a page of `rxgrad/slim` bundles only if it gives it.
 *
 * @param kernels `await WebAssembly.compileStreaming(fetch(url))`, or what a bundler makes of the file
 */
export const init = (kernels: WasmModule | Executor): void => {
  executor = 'createArena' in kernels ? kernels : createWasmExecutor(() => kernels)
}
export const givenExecutor = (): Executor | undefined => executor
