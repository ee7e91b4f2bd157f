import type { Executor } from '../../program/executor.js'
import { interpreter } from '../../program/interpret.js'
import { fastExecutor } from './fastKernels.js'

/**
 * Who executes a model's steps: the one that was asked for by name, else the virtual machine where there is one, that of
 * precision 'fast' if that is wanted and there, else the interpreter, which says so once.
 *
 * @throws TypeError when 'wasm' is asked for by name and there is none
 */
export type ChooseExecutor = (wanted?: 'wasm' | 'interpreter', fast?: boolean) => Executor

/** @param whyNot a sentence without its stop */
export const preferWasm = (find: () => Executor | undefined, whyNot: () => string): ChooseExecutor => {
  let told = false
  return (wanted, fast = false) => {
    const wasm = wanted === 'interpreter' ? undefined : ((fast ? fastExecutor() : undefined) ?? find())
    if (wasm) return wasm
    if (wanted === 'wasm') throw new TypeError(`createModel: ${whyNot()}.`)
    if (wanted === undefined && !told) {
      told = true
      console.warn(`rxgrad: ${whyNot()}; the interpreter runs, with the same bits.`)
    }
    return interpreter
  }
}
