import type { Executor } from '../../program/executor.js'
import { interpreter } from '../../program/interpret.js'
import { fastExecutor } from './fastKernels.js'

/**
 * Chooses who executes a model's steps: the executor that was asked for by name, else the virtual machine where there
 * is one (that of precision 'fast' if it is wanted and available), else the interpreter, which warns once.
 *
 * @throws TypeError when 'wasm' is asked for by name and is not available
 */
export type ChooseExecutor = (wanted?: 'wasm' | 'interpreter', fast?: boolean) => Executor

/** @param whyNot a sentence without its full stop */
export const preferWasm = (find: () => Executor | undefined, whyNot: () => string): ChooseExecutor => {
  let told = false
  return (wanted, fast = false) => {
    const wasm = wanted === 'interpreter' ? undefined : ((fast ? fastExecutor?.() : undefined) ?? find())
    if (wasm) return wasm
    if (wanted === 'wasm') throw new TypeError(`createModel: ${whyNot()}.`)
    if (wanted === undefined && !told) {
      told = true
      console.warn(`rxgrad: ${whyNot()}; the interpreter runs, with the same bits.`)
    }
    return interpreter
  }
}
