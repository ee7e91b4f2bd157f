import type { Executor } from '../../program/executor.js'
import { createWasmExecutor } from './wasm.js'

let bytes: (() => Uint8Array) | undefined
let executor: Executor | undefined
let refused = false

/** Stores the bytes of the kernels of precision 'fast'; `import 'rxgrad/fast'` calls it. */
export const bringFastKernels = (given: () => Uint8Array): void => {
  bytes = given
}

/** @throws RangeError where `import 'rxgrad/fast'` is missing */
export const checkFastKernels = (): void => {
  if (!bytes)
    throw new RangeError(
      "createModel: precision is 'fast', whose kernels are in a file of their own; write import 'rxgrad/fast' as well.",
    )
}

/**
 * The virtual machine of precision 'fast'; undefined where it was not brought, or where the host refuses it, which
 * warns once.
 */
export const fastExecutor = (): Executor | undefined => {
  if (executor || refused || !bytes) return executor
  try {
    const text = bytes
    executor = createWasmExecutor(({ Module }) => new Module(text()))
  } catch {
    refused = true
    console.warn(
      "rxgrad: precision 'fast' needs relaxed SIMD, which this host lacks (Node 24 has it); it runs as 'f32'.",
    )
  }
  return executor
}
