import type { Executor } from '../program/executor.js'
import { interpreter } from '../program/interpret.js'

/**
 * Who executes a model's steps: the one that was asked for by name, else the virtual machine where there is one, else the
 * interpreter, which says so once.
 *
 * @throws TypeError when 'wasm' is asked for by name and there is none
 */
export type ChooseExecutor = (wanted?: 'wasm' | 'interpreter') => Executor

/** @param whyNot a sentence without its stop */
export const preferWasm = (find: () => Executor | undefined, whyNot: () => string): ChooseExecutor => {
  let told = false
  return (wanted) => {
    const wasm = wanted === 'interpreter' ? undefined : find()
    if (wasm) return wasm
    if (wanted === 'wasm') throw new TypeError(`createModel: ${whyNot()}.`)
    if (wanted === undefined && !told) {
      told = true
      console.warn(`rxgrad: ${whyNot()}; the interpreter runs, with the same bits.`)
    }
    return interpreter
  }
}
