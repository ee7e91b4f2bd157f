import { arrangementOps } from './arrangements.js'
import { elementwiseOps } from './elementwise.js'
import type { Op, OpTable } from './op.js'
import { productOps } from './products.js'
import { reductionOps } from './reductions.js'

const table: Record<string, Op> = { ...elementwiseOps, ...productOps, ...reductionOps, ...arrangementOps }

/** The table of ops. A new op is a new entry; every test of ops runs over all of them. */
export const ops: OpTable = table

/** Adds entries that only some circuits need, so that other bundles do not include them. */
export const bringOps = (rows: OpTable): void => void Object.assign(table, rows)
