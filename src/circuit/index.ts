export { type Edge, type Inspection, inspect, type NodeValue } from '../explain/inspect.js'
export type { Explanation, Path } from '../explain/paths.js'
export { circuit, type Expression, type Operand, type Ops, type Term, type WeightConfig } from './build.js'
export type { Circuit, Node, Shape } from './graph.js'
