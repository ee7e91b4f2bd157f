// `import 'rxgrad/fast'` brings the kernels of precision 'fast', for models that ask for it.

import type { Executor } from '../../program/executor.js'
import { fastKernelBytes } from './fastBytes.js'
import { bringFastKernels } from './fastKernels.js'
import { createWasmExecutor } from './wasm.js'

let executor: Executor | undefined
let refused = false

// The kernels are compiled on first use. Where the host refuses them, a warning is printed once.
bringFastKernels(() => {
  if (executor || refused) return executor
  try {
    executor = createWasmExecutor(({ Module }) => new Module(fastKernelBytes()))
  } catch {
    refused = true
    console.warn(
      "rxgrad: precision 'fast' needs relaxed SIMD, which this host lacks (Node 24 has it); it runs as 'f32'.",
    )
  }
  return executor
})
