import type { Executor } from '../program/executor.js'
import { interpreter } from '../program/interpret.js'
import { wasmExecutor, whyRefused } from './wasm.js'

let told = false

/** The virtual machine where the host allows it, else the interpreter, which says so once. */
export const chooseExecutor = (): Executor => {
  const executor = wasmExecutor()
  if (executor) return executor
  if (!told) console.warn(`rxgrad: WebAssembly is not allowed here (${whyRefused()}); the interpreter runs, with the same bits.`)
  told = true
  return interpreter
}
