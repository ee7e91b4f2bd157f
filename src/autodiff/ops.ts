import { arrangementOps } from './arrangements.js'
import { elementwiseOps } from './elementwise.js'
import type { Op, OpTable } from './op.js'
import { productOps } from './products.js'
import { reductionOps } from './reductions.js'

const table: Record<string, Op> = { ...elementwiseOps, ...productOps, ...reductionOps, ...arrangementOps }

/** The table of ops. Adding an op is adding a row; every test of ops runs over all of them. */
export const ops: OpTable = table

/** Adds rows that only some circuits need, so that they weigh in the bundles of those alone. */
export const bringOps = (rows: OpTable): void => void Object.assign(table, rows)
