// Y = XWᵀ where many factors in X are 0, with each result in the four lanes of src/program/products.ts. A lane is a sum
// over every fourth term, so each lane has a list and a panel of its own, and a result is the sum of its lanes.

import { ENTRY, LANES, line, PLUS_SUM, SUM, LINE } from './listedLine'
import { BLOCK, FOUR, packFour, PANEL } from './pack'

/** The head of a row's lists: it says where each of the four ends, which is where the next one begins. */
const HEAD: usize = 16
/** Fewer terms than this are too few for four lists. */
const FEW = 64

/** Says whether this number of terms is large enough to pay off and small enough to fit. */
export function fitsListed(terms: i32): bool {
  return terms >= FEW && (panelOf(terms) << 2) <= PANEL && HEAD + ENTRY * <usize>terms <= BLOCK
}

/** The bytes of a lane's panel, which has a row for every fourth term. */
// @ts-ignore: decorator
@inline
function panelOf(terms: i32): usize {
  return <usize>((terms + 3) >> 2) * LINE
}

/** Computes `tall` rows of Y with `wide` results in each and `terms` terms to a result; X and W are finite. */
export function listedInputs(
  y: usize, yStep: usize, x: usize, xStep: usize, w: usize, tall: i32, wide: i32, terms: i32, scratch: usize,
): void {
  const panel = scratch + BLOCK
  const apart = panelOf(terms)
  const copy = panel + PANEL
  const step = <usize>terms << 2
  const last = scratch + BLOCK - HEAD - ENTRY * <usize>(terms + 1)
  for (let row = 0; row < tall; ) {
    const first = row
    for (let list = scratch; row < tall && list <= last; row++)
      list = listLanes(list, x + <usize>row * xStep, terms, panel, apart)
    for (let i = 0; i < wide; i += LANES) {
      const some = min(LANES, wide - i)
      const bytes = <usize>some << 2
      turnPanel(panel, apart, w + <usize>i * step, step, some, terms)
      for (let lane = 0; lane < FOUR; lane++) {
        let list = scratch
        let to = y + <usize>first * yStep + (<usize>i << 2)
        for (let r = first; r < row; r++) {
          const from = lane == 0 ? list + HEAD : <usize>load<u32>(list + (<usize>lane << 2) - 4)
          const end = <usize>load<u32>(list + (<usize>lane << 2))
          const target = bytes == LINE ? to : copy
          if (lane == 0) line(SUM, target, from, end)
          else {
            if (bytes < LINE) memory.copy(copy, to, bytes)
            line(PLUS_SUM, target, from, end)
          }
          if (bytes < LINE) memory.copy(to, copy, bytes)
          list = load<u32>(list, 12)
          to += yStep
        }
      }
    }
  }
}

/**
 * Writes the lists of a row's four lanes, one behind another.
 *
 * @returns the address behind the last of them
 */
function listLanes(list: usize, x: usize, terms: i32, panel: usize, apart: usize): usize {
  let to = list + HEAD
  for (let lane = 0; lane < FOUR; lane++) {
    let row = panel + <usize>lane * apart
    for (let j = lane; j < terms; j += FOUR) {
      const factor = load<f32>(x + (<usize>j << 2))
      store<f32>(to, factor)
      store<u32>(to, <u32>row, 4)
      to += <usize>(factor != 0) * ENTRY
      row += LINE
    }
    store<u32>(list + (<usize>lane << 2), <u32>to)
  }
  return to
}

/** Writes `some` rows of W as columns of the lanes' panels, filled up with zeros. */
function turnPanel(panel: usize, apart: usize, w: usize, step: usize, some: i32, terms: i32): void {
  const whole = some & ~3
  for (let i = 0; i < whole; i += FOUR) {
    let to = panel + (<usize>i << 2)
    let from = w + <usize>i * step
    let j = 0
    for (; j + FOUR <= terms; j += FOUR) {
      packFour<f32>(to, apart, from, step)
      from += 16
      to += LINE
    }
    for (; j < terms; j++) for (let k = i; k < i + FOUR; k++) putTurned(panel, apart, w, step, k, j)
  }
  for (let i = whole; i < LANES; i++)
    for (let j = 0; j < terms; j++)
      if (i < some) putTurned(panel, apart, w, step, i, j)
      else store<f32>(placeOf(panel, apart, i, j), 0)
}

// @ts-ignore: decorator
@inline
function placeOf(panel: usize, apart: usize, i: i32, j: i32): usize {
  return panel + <usize>(j & 3) * apart + <usize>(j >> 2) * LINE + (<usize>i << 2)
}

// @ts-ignore: decorator
@inline
function putTurned(panel: usize, apart: usize, w: usize, step: usize, i: i32, j: i32): void {
  store<f32>(placeOf(panel, apart, i, j), load<f32>(w + <usize>i * step + (<usize>j << 2)))
}
