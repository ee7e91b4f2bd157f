import { shown } from '../../options/shown.js'
import type { Executor } from '../../program/executor.js'
import { createWasmExecutor } from './wasm.js'
import type { WasmModule } from './webAssembly.js'

const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1)
let executor: Executor | undefined

/**
 * Sets what executes the models, before the first of them is created: the compiled kernels, for hosts that allow no
 * compilation at run time, and for pages that fetch `rxgrad/kernels.wasm` beside their code; or the `interpreter`, which
 * a page of `rxgrad/slim` bundles only if it gives it.
 *
 * @param kernels `await WebAssembly.compileStreaming(fetch(url))`, or what a bundler makes of the file
 */
export const init = (kernels: WasmModule | Executor): void => {
  const isExecutor = typeof (kernels as Partial<Executor> | null)?.createArena === 'function'
  if (!isExecutor && tagOf(kernels) !== 'WebAssembly.Module')
    throw new TypeError(
      `init: the kernels are ${shown(kernels)}; expected a WebAssembly.Module, as await WebAssembly.compileStreaming(fetch(url)) gives.`,
    )
  executor = isExecutor ? (kernels as Executor) : createWasmExecutor(() => kernels)
}
export const givenExecutor = (): Executor | undefined => executor
