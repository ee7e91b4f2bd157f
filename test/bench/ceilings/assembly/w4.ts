// W4 is a 784-128-10 net with ReLU and softmax cross-entropy, in batches of 128 rows; W1 is stored unit by unit, and
// its rows are padded to 800.

import { denseRelu, listColumns, ROWS, SUBTRACT, subtractSums, sumRows } from './batch'
import { classHead } from './head'

const RATE: f32 = 0.01
const ROW: usize = 3200
const UNITS: usize = 128
/** The bytes of a row of activations, one cache line more than the units take. */
const STRIDE: usize = 576

/** Learns n rows. `work` holds h and e [128][144], the ends of the lists, and what the head needs. */
export function run(
  w: usize,
  b: usize,
  v: usize,
  c: usize,
  work: usize,
  lists: usize,
  x: usize,
  y: usize,
  predictions: usize,
  losses: usize,
  size: i32,
  from: i32,
  n: i32,
): void {
  const h = work
  const e = h + ROWS * STRIDE
  const ends = e + ROWS * STRIDE
  const rest = ends + 2048
  let at = from
  for (; n > 0; n -= <i32>ROWS) {
    const rows = x + <usize>at * ROW
    denseRelu(h, STRIDE, rows, w, b, ROW, UNITS)
    const place = (<usize>at) << 2
    classHead(e, h, STRIDE, UNITS, v, c, rest, y + place, predictions + 12 * place, losses + place, RATE / <f32>ROWS)
    listColumns(lists, ends, e, STRIDE, UNITS, ROW)
    sumRows(SUBTRACT, w, ROW, 0, lists, ends, UNITS, rows, ROW)
    subtractSums(b, e, STRIDE, UNITS)
    at = at + <i32>ROWS == size ? 0 : at + <i32>ROWS
  }
}
