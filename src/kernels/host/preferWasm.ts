import type { Executor } from '../../program/executor.js'
import { fastExecutor } from './fastKernels.js'

/**
 * Chooses who executes a model's steps: the executor that was asked for by name, else the virtual machine where there
 * is one (that of precision 'fast' if it is wanted and available), else the interpreter, which warns once.
 *
 * @throws TypeError when 'wasm' is asked for by name and is not available
 */
export type ChooseExecutor = (wanted?: 'wasm' | 'interpreter', fast?: boolean) => Executor

/**
 * @param whyNot a sentence without its full stop
 * @param interpreter runs where nothing else does; a page of `rxgrad/slim` has none unless it gives one
 */
export const preferWasm = (
  find: () => Executor | undefined,
  whyNot: () => string,
  interpreter?: Executor,
): ChooseExecutor => {
  let told = false
  return (wanted, fast = false) => {
    const found = (fast && wanted !== 'interpreter' ? fastExecutor?.() : undefined) ?? find()
    if (found && (wanted ?? found.name) === found.name) return found
    if (wanted === 'wasm' || !interpreter) throw new TypeError(`createModel: ${whyNot()}.`)
    if (wanted === undefined && !told) {
      told = true
      console.warn(`rxgrad: ${whyNot()}; the interpreter runs, with the same bits.`)
    }
    return interpreter
  }
}
