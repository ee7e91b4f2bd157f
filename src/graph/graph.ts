/** [] is a scalar, [n] a vector, [n, m] a matrix; row-major. */
export type Shape = readonly number[]

/** One node of a circuit: an op on earlier nodes. Its place in the list is its identity. */
export interface Node {
  readonly op: string
  /** Places of the nodes it reads, all earlier than itself. */
  readonly inputs: readonly number[]
  readonly shape: Shape
  readonly name?: string
  readonly attributes?: Attributes
}

export type Attribute = number | string | boolean | readonly number[] | readonly string[] | Attributes
export interface Attributes {
  readonly [name: string]: Attribute
}

/** f_θ as data: a static graph of named nodes, in the order in which they are computed. JSON-able, and comes back equal. */
export interface Circuit {
  readonly nodes: readonly Node[]
  readonly outputs: Readonly<Record<string, number>>
}

/** The number of elements of a shape. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, n) => product * n, 1)

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, i) => n === b[i])

export const shapeText = (shape: Shape): string => `[${shape.join(', ')}]`
