import { interpreter } from '../../program/interpret.js'
import { wasmExecutor, whyRefused } from './embedded.js'
import { type ChooseExecutor, preferWasm } from './preferWasm.js'

/** The choice for everyone except pages that bring the kernels themselves: nothing needs to be set up. */
export const chooseExecutor: ChooseExecutor = preferWasm(
  wasmExecutor,
  () => `WebAssembly does not run here (${whyRefused()})`,
  interpreter,
)
