import type { Executor } from '../program/executor.js'
import { interpreter } from '../program/interpret.js'
import { wasmExecutor, whyRefused } from './wasm.js'

let told = false

/**
 * The virtual machine where the host allows it, else the interpreter, which says so once.
 *
 * @throws TypeError when 'wasm' is asked for by name and the host does not allow it
 */
export const chooseExecutor = (wanted?: 'wasm' | 'interpreter'): Executor => {
  const wasm = wanted === 'interpreter' ? undefined : wasmExecutor()
  if (wasm) return wasm
  if (wanted === 'wasm') throw new TypeError(`createModel: WebAssembly is not allowed here (${whyRefused()}).`)
  if (wanted === undefined && !told) {
    told = true
    console.warn(`rxgrad: WebAssembly is not allowed here (${whyRefused()}); the interpreter runs, with the same bits.`)
  }
  return interpreter
}
