import { arrangementDuals } from './arrangements.js'
import { elementwiseDuals } from './elementwise.js'
import { productDuals } from './products.js'
import { reductionDuals } from './reductions.js'
import type { DualRules } from './rule.js'
import { sparseDuals } from './sparse.js'

/** One rule for every entry of the table of ops. */
export const dualRules: DualRules = {
  ...elementwiseDuals,
  ...productDuals,
  ...sparseDuals,
  ...reductionDuals,
  ...arrangementDuals,
}
