import { type Node, sizeOf } from '../graph/graph.js'
import { NEAREST_FURTHEST, NEAREST_SOFTENED } from '../program/rules.js'
import { type NearestRows, saidBy } from './nearestRows.js'
import type { Name } from './onnxGraph.js'
import type { Doubles } from './onnxNumbers.js'
import type { TrainedField } from './predictionOf.js'

/**
 * Returns what the labels of the rows nearest to a row say, as a matrix [rows, targets] or [rows, classes]: their mean,
 * each of the weight 1/(‖x − xᵢ‖²/n + 0.001), or the share of each class. The equations are those of `program/nearest.ts`.
 *
 * @param x the columns of all features that are not sparse, as a matrix [rows, n]; undefined if there are none
 */
export const nearestInOnnx = (
  doubles: Doubles,
  memory: NearestRows,
  { shape }: Node,
  targets: readonly TrainedField[],
  x: Name | undefined,
): { readonly name: Name; readonly perRow: boolean } => {
  const { add, div, graph, mul, sub, value } = doubles
  const { neighbors, rows } = memory
  const size = sizeOf(shape)
  const said = saidBy(memory, targets[0].field, size)
  const k = Math.min(neighbors, rows.length)
  const axes = (...of: number[]): Name => graph.constant('int64', of)
  const sum = (of: Name, axis: number, keepdims: 0 | 1): Name => graph.node('ReduceSum', [of, axes(axis)], { keepdims })
  if (x === undefined || k === 0) {
    // Where no column tells rows apart, or there is no row, every row has the same neighbours: the newest ones.
    const means = Array.from({ length: size }, (_, i) => said.slice(0, k).reduce((all, own) => all + own[i] / k, 0))
    return { name: graph.constant('double', means), perRow: false }
  }
  const n = rows[0].length
  const matrix = (of: readonly (readonly number[])[], columns: number): Name =>
    graph.constant('double', of.flat(), [of.length, columns])
  const away = sub(graph.node('Unsqueeze', [x, axes(1)]), matrix(rows, n))
  const squares = graph.node('Min', [sum(mul(away, away), 2, 0), value(NEAREST_FURTHEST)])
  // Among equals, the first is taken, and the newest row is the first.
  const [near, which] = graph.nodes('TopK', [squares, axes(k)], 2, { axis: 1, largest: 0 })
  const weights = div(value(1), add(div(near, value(n)), value(NEAREST_SOFTENED)))
  const shares = div(weights, sum(weights, 1, 1))
  const labels = graph.node('Gather', [matrix(said, size), which], { axis: 0 })
  return { name: sum(mul(labels, graph.node('Unsqueeze', [shares, axes(2)])), 1, 0), perRow: true }
}
