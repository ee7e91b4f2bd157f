import type { Executor } from '../../program/executor.js'
import { createWasmExecutor } from './wasm.js'

let bytes: (() => Uint8Array) | undefined
let executor: Executor | undefined
let refused = false

/** Called by `import 'rxgrad/fast'`: the bytes of the kernels of precision 'fast'. */
export const bringFastKernels = (given: () => Uint8Array): void => {
  bytes = given
}

/** @throws RangeError where no one has brought them */
export const checkFastKernels = (): void => {
  if (!bytes)
    throw new RangeError(
      "createModel: precision is 'fast', whose kernels are a file of their own; write import 'rxgrad/fast' beside the import of createModel.",
    )
}

/** The virtual machine of precision 'fast'; undefined where it was not brought, or the host refuses, which is said once. */
export const fastExecutor = (): Executor | undefined => {
  if (executor || refused || !bytes) return executor
  try {
    const text = bytes
    executor = createWasmExecutor(({ Module }) => new Module(text()))
  } catch {
    refused = true
    console.warn(
      "rxgrad: precision 'fast' needs relaxed SIMD, which this host has not (Node 24 has); it runs as 'f32'.",
    )
  }
  return executor
}
