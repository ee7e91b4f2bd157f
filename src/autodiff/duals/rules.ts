import { arrangementDuals } from './arrangements.js'
import { elementwiseDuals } from './elementwise.js'
import { productDuals } from './products.js'
import { reductionDuals } from './reductions.js'
import type { DualRules } from './rule.js'
import { sparseDuals } from './sparse.js'

/** A rule for every row of the table of ops. */
export const dualRules: DualRules = {
  ...elementwiseDuals,
  ...productDuals,
  ...sparseDuals,
  ...reductionDuals,
  ...arrangementDuals,
}
