import type { Executor } from '../../program/executor.js'

/** The virtual machine of precision 'fast'; undefined where it was not brought, or where the host refuses it. */
export let fastExecutor: (() => Executor | undefined) | undefined

/** Brings the virtual machine of precision 'fast' to all models; `import 'rxgrad/fast'` calls it. */
export const bringFastKernels = (find: () => Executor | undefined): void => {
  fastExecutor = find
}

/** @throws RangeError where `import 'rxgrad/fast'` is missing */
export const checkFastKernels = (): void => {
  if (!fastExecutor)
    throw new RangeError(
      "createModel: precision is 'fast', whose kernels are in a file of their own; write import 'rxgrad/fast' as well.",
    )
}
