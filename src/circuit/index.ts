export { type Edge, type Explanation, type Inspection, inspect, type NodeValue, type Path } from '../explain/inspect.js'
export { circuit, type Expression, type Operand, type Ops, type Term, type WeightConfig } from './build.js'
export type { Circuit, Node, Shape } from './graph.js'
