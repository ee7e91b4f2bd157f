import { givenExecutor } from './given.js'
import { type ChooseExecutor, preferWasm } from './preferWasm.js'

/** The choice for pages that fetch the kernels, whose text is in no file that this one imports. */
export const chooseGiven: ChooseExecutor = preferWasm(
  givenExecutor,
  () =>
    'there are no kernels; call init(await WebAssembly.compileStreaming(fetch(url))), with the url of rxgrad/kernels.wasm, before the first model, or init(interpreter) where the host allows none',
)
