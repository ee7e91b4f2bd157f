import { givenExecutor } from './given.js'
import { type ChooseExecutor, preferWasm } from './preferWasm.js'

/** For pages that fetch the kernels: their text is in no file that this one knows. */
export const chooseGiven: ChooseExecutor = preferWasm(
  givenExecutor,
  () =>
    'there are no kernels; call init(await WebAssembly.compileStreaming(fetch(url))), with the url of rxgrad/kernels.wasm, before the first model',
)
