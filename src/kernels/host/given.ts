import { shown } from '../../options/shown.js'
import type { Executor } from '../../program/executor.js'
import { createWasmExecutor } from './wasm.js'
import type { WasmModule } from './webAssembly.js'

const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1)
let executor: Executor | undefined

/**
 * Sets the compiled kernels, before the first model is created: for hosts that allow no compilation at run time, and
 * for pages that fetch `rxgrad/kernels.wasm` beside their code.
 *
 * @param module `await WebAssembly.compileStreaming(fetch(url))`, or what a bundler makes of the file
 */
export const init = (module: WasmModule): void => {
  if (tagOf(module) !== 'WebAssembly.Module')
    throw new TypeError(
      `init: the kernels are ${shown(module)}; expected a WebAssembly.Module, as await WebAssembly.compileStreaming(fetch(url)) gives.`,
    )
  executor = createWasmExecutor(() => module)
}
export const givenExecutor = (): Executor | undefined => executor
