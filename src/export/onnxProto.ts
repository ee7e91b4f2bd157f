import type { Shape } from '../graph/graph.js'
import type { Bytes, Precision } from '../values.js'
import { encodeMessage, type Message } from './protobuf.js'

// The messages that a model consists of, as https://github.com/onnx/onnx/blob/main/onnx/onnx.proto declares them: each
// list gives the number of a field and its value.

/** The types of elements that exported models have, by their number in `TensorProto.DataType`. */
export const TYPES = { float: 1, int64: 7, string: 8, bool: 9, double: 11 } as const
export type ElementType = keyof typeof TYPES

/** Returns the type of the numbers of a model. */
export const elementOf = (precision: Precision): 'float' | 'double' => (precision === 'f32' ? 'float' : 'double')

/** A constant of the graph. */
export interface TensorData {
  readonly type: ElementType
  readonly shape: Shape
  readonly values: ArrayLike<number> | readonly string[]
}

export interface NodeData {
  readonly op: string
  /** '' is the standard set of operators. */
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, Attribute>>
}
export type Attribute = number | readonly number[] | readonly string[]

/** An input or an output: its first dimension is the number of rows, which is free. */
export interface ValueData {
  readonly name: string
  readonly type: ElementType
  /** The dimensions after the first. */
  readonly shape: Shape
}

export interface ModelData {
  readonly nodes: readonly NodeData[]
  readonly constants: ReadonlyMap<string, TensorData>
  readonly inputs: readonly ValueData[]
  readonly outputs: readonly ValueData[]
  readonly metadata: Readonly<Record<string, string>>
}

const WIDTH = { float: 4, double: 8, int64: 8 } as const

/** Returns numbers in little-endian order, whatever that of this machine is. */
const rawOf = (type: keyof typeof WIDTH, values: ArrayLike<number>): Uint8Array => {
  const width = WIDTH[type]
  const bytes = new Uint8Array(width * values.length)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < values.length; i++) {
    const at = width * i
    if (type === 'float') view.setFloat32(at, values[i], true)
    else if (type === 'double') view.setFloat64(at, values[i], true)
    else view.setBigInt64(at, BigInt(values[i]), true)
  }
  return bytes
}

const tensor = (name: string, { type, shape, values }: TensorData): Message => [
  ...shape.map((n) => [1, n] as const),
  [2, TYPES[type]],
  [8, name],
  ...(type === 'string'
    ? (values as readonly string[]).map((text) => [6, text] as const)
    : [[9, rawOf(type as keyof typeof WIDTH, values as ArrayLike<number>)] as const]),
]

const KINDS = { int: 2, ints: 7, strings: 8 } as const

const attribute = (name: string, value: Attribute): Message => {
  if (typeof value === 'number')
    return [
      [1, name],
      [3, value],
      [20, KINDS.int],
    ]
  const isText = typeof value[0] === 'string'
  const items = (value as readonly (number | string)[]).map((item) => [isText ? 9 : 8, item] as const)
  return [[1, name], ...items, [20, isText ? KINDS.strings : KINDS.ints]]
}

const node = ({ op, domain, inputs, outputs, attributes }: NodeData): Message => [
  ...inputs.map((input) => [1, input] as const),
  ...outputs.map((output) => [2, output] as const),
  [3, outputs[0]],
  [4, op],
  ...Object.entries(attributes).map(([name, value]) => [5, attribute(name, value)] as const),
  [7, domain === '' ? undefined : domain],
]

/** The name of the first dimension of every input and output. */
const ROWS = 'N'

const value = ({ name, type, shape }: ValueData): Message => {
  const dimensions: Message = [[1, [[2, ROWS]]], ...shape.map((n) => [1, [[1, n]]] as const)]
  return [
    [1, name],
    [
      2,
      [
        [
          1,
          [
            [1, TYPES[type]],
            [2, dimensions],
          ],
        ],
      ],
    ],
  ]
}

/** The version of the format, and those of the two sets of operators: the first with all that is needed is of 2022. */
const IR_VERSION = 8
const OPSET = 17
export const ML = 'ai.onnx.ml'
const ML_OPSET = 3

/** Encodes a model as the bytes of an `.onnx` file. */
export const encodeModel = ({ nodes, constants, inputs, outputs, metadata }: ModelData): Bytes =>
  encodeMessage([
    [1, IR_VERSION],
    [2, 'rxgrad'],
    [
      8,
      [
        [1, ''],
        [2, OPSET],
      ],
    ],
    [
      8,
      [
        [1, ML],
        [2, ML_OPSET],
      ],
    ],
    [
      7,
      [
        ...nodes.map((each) => [1, node(each)] as const),
        [2, 'rxgrad'],
        ...[...constants].map(([name, data]) => [5, tensor(name, data)] as const),
        ...inputs.map((each) => [11, value(each)] as const),
        ...outputs.map((each) => [12, value(each)] as const),
      ],
    ],
    ...Object.entries(metadata).map(
      ([key, text]) =>
        [
          14,
          [
            [1, key],
            [2, text],
          ],
        ] as const,
    ),
  ])
