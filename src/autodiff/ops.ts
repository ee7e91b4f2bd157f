import { arrangementOps } from './arrangements.js'
import { elementwiseOps } from './elementwise.js'
import type { OpTable } from './op.js'
import { productOps } from './products.js'
import { reductionOps } from './reductions.js'
import { sparseOps } from './sparse.js'

/** The table of ops. Adding an op is adding a row; every test of ops runs over all of them. */
export const ops: OpTable = { ...elementwiseOps, ...productOps, ...sparseOps, ...reductionOps, ...arrangementOps }
