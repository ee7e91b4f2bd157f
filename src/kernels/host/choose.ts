import { wasmExecutor, whyRefused } from './embedded.js'
import { type ChooseExecutor, preferWasm } from './preferWasm.js'

/** For everyone but pages that bring the kernels themselves: nothing needs to be set up. */
export const chooseExecutor: ChooseExecutor = preferWasm(
  wasmExecutor,
  () => `WebAssembly does not run here (${whyRefused()})`,
)
