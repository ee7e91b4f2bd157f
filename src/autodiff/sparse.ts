import type { Shape } from '../graph/graph.js'
import { bringKernels, bringTouched } from '../program/interpret.js'
import { sparseKernels } from '../program/sparse.js'
import { touchedRows } from '../program/touched.js'
import type { Op } from './op.js'
import { bringOps } from './ops.js'
import { expected } from './shapes.js'

/** Tells whether a shape can be that of a sparse row: a count, then the index and value of each entry. */
const isSparse = (h: Shape | undefined): boolean => h?.length === 1 && h[0] % 2 === 1

const sparseDense: Op = {
  shape(inputs) {
    const [h, [rows, m, ...w] = [], bias] = inputs
    const fits = isSparse(h) && rows !== undefined && m !== undefined && w.length === 0
    if (!fits || (bias && (bias.length !== 1 || bias[0] !== m)) || inputs.length > 3)
      throw expected('sparseDense', 'h [1 + 2n], W [rows, m] and b [m]', inputs)
    return [m]
  },
  lower({ out, inputs: [a = -1, b = -1, c = -1], shapes: [[width = 0] = [], [k = 0, m = 0] = []], emit }) {
    emit('sparseDense', { out, a, b, c, n: width >> 1, m, k })
  },
  // No gradient flows to h: the choice of weights has no slope, and the values are input data.
  reverse: ({ g, inputs: [h, W, b], ops }) => [undefined, ops.sparseOuter(h, g, W.shape[0]), ...(b ? [g] : [])],
}

const sparseOuter: Op = {
  shape(inputs, { rows }) {
    const [h, delta] = inputs
    if (inputs.length !== 2 || !isSparse(h) || delta?.length !== 1 || typeof rows !== 'number')
      throw expected('sparseOuter', 'h [1 + 2n], δ [m] and a number of rows', inputs)
    return [rows, delta[0]]
  },
  lower({ out, inputs: [a = -1, b = -1], shapes: [[width = 0] = []], shape: [k = 0, m = 0], emit }) {
    emit('fill', { out, n: k * m })
    emit('sparseAdd', { out, a, b, n: width >> 1, m, k })
  },
  reverse: ({ g, inputs: [h], ops }) => [undefined, ops.sparseDense(h, g)],
}

let brought = false
/** Adds the ops that read a sparse row, and the interpreter's code for them. */
export const bringSparse = (): void => {
  if (brought) return
  brought = true
  bringOps({ sparseDense, sparseOuter })
  bringKernels(sparseKernels)
  bringTouched(touchedRows)
}
