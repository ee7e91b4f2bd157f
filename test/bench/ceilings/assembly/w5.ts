// W5 is a 784-512-512-10 net with ReLU and softmax cross-entropy, in batches of 128 rows; W1 is stored unit by unit, W2
// input by input.

import { denseRelu, FROM_ROW, listColumns, listRows, ROWS, SUBTRACT, subtractSums, sumRows } from './batch'
import { classHead } from './head'

const RATE: f32 = 0.01
const ROW: usize = 3200
const UNITS: usize = 512
/** The bytes of a row of 512 and one more cache line: rows 2048 bytes apart would share a few sets of the cache. */
const STRIDE: usize = 2112

/** Learns n rows. W2 is transposed again for each batch, so that the backward pass sums rows as the forward does. */
export function run(
  w1: usize,
  b1: usize,
  w2: usize,
  b2: usize,
  v: usize,
  c: usize,
  transposed: usize,
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
  const h1 = work
  const h2 = h1 + ROWS * STRIDE
  const e1 = h2 + ROWS * STRIDE
  const e2 = e1 + ROWS * STRIDE
  const ends = e2 + ROWS * STRIDE
  const zeros = ends + 2048
  const rest = zeros + STRIDE
  let at = from
  memory.fill(zeros, 0, STRIDE)
  for (; n > 0; n -= <i32>ROWS) {
    const rows = x + <usize>at * ROW
    const place = (<usize>at) << 2
    denseRelu(h1, STRIDE, rows, w1, b1, ROW, UNITS)
    listRows(lists, ends, h1, STRIDE, UNITS, STRIDE)
    sumRows(FROM_ROW, h2, STRIDE, b2, lists, ends, ROWS, w2, UNITS << 2)
    keepPositive(h2, h2)
    classHead(e2, h2, STRIDE, UNITS, v, c, rest, y + place, predictions + 12 * place, losses + place, RATE / <f32>ROWS)

    transpose(transposed, w2)
    listRows(lists, ends, e2, STRIDE, UNITS, STRIDE)
    sumRows(FROM_ROW, e1, STRIDE, zeros, lists, ends, ROWS, transposed, UNITS << 2)
    keepPositive(e1, h1)
    listColumns(lists, ends, h1, STRIDE, UNITS, STRIDE)
    sumRows(SUBTRACT, w2, STRIDE, 0, lists, ends, UNITS, e2, UNITS << 2)
    subtractSums(b2, e2, STRIDE, UNITS)
    listColumns(lists, ends, e1, STRIDE, UNITS, ROW)
    sumRows(SUBTRACT, w1, ROW, 0, lists, ends, UNITS, rows, ROW)
    subtractSums(b1, e1, STRIDE, UNITS)
    at = at + <i32>ROWS == size ? 0 : at + <i32>ROWS
  }
}

/** Sets a to 0 where `by` is not above 0. */
function keepPositive(a: usize, by: usize): void {
  const zero = f32x4.splat(0)
  for (let at: usize = 0; at < ROWS * STRIDE; at += 16)
    v128.store(a + at, v128.and(v128.load(a + at), f32x4.gt(v128.load(by + at), zero)))
}

function transpose(out: usize, a: usize): void {
  for (let i: usize = 0; i < UNITS; i += 4)
    for (let j: usize = 0; j < UNITS; j += 4) {
      const from = a + i * STRIDE + (j << 2)
      const to = out + j * STRIDE + (i << 2)
      const p = v128.load(from)
      const q = v128.load(from + STRIDE)
      const r = v128.load(from + 2 * STRIDE)
      const s = v128.load(from + 3 * STRIDE)
      const pq = i8x16.shuffle(p, q, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23)
      const rs = i8x16.shuffle(r, s, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23)
      const pq2 = i8x16.shuffle(p, q, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31)
      const rs2 = i8x16.shuffle(r, s, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31)
      v128.store(to, i8x16.shuffle(pq, rs, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23))
      v128.store(to + STRIDE, i8x16.shuffle(pq, rs, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31))
      v128.store(to + 2 * STRIDE, i8x16.shuffle(pq2, rs2, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23))
      v128.store(to + 3 * STRIDE, i8x16.shuffle(pq2, rs2, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31))
    }
}
