// `import 'rxgrad/fast'` brings the kernels of precision 'fast', for models that ask for it.

import { fastKernelBytes } from './fastBytes.js'
import { bringFastKernels } from './fastKernels.js'

bringFastKernels(fastKernelBytes)
