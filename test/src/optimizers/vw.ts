import { readFileSync } from 'node:fs'
import {
  category,
  createModel,
  crossEntropy,
  dense,
  type hashed,
  hinge,
  type Model,
  numeric,
  type Row,
  squared,
  vw,
} from '../../../src/index.js'

export type Kind = 'squared' | 'logistic' | 'hinge'

/** What Vowpal Wabbit made of rows, as vw.py recorded it. */
export interface Learned {
  readonly weights: readonly number[]
  readonly constant: number
  readonly loss: number
}
export interface Golden {
  readonly version: string
  readonly cases: Readonly<Record<string, GoldenCase>>
  readonly vw_0001: Readonly<Record<'squared' | 'logistic', Learned>>
}
export interface GoldenCase extends Learned {
  readonly kind: Kind
  readonly rows: readonly { readonly x: readonly number[]; readonly y: number; readonly weight: number }[]
  readonly predictions: readonly number[]
}
export const golden = JSON.parse(readFileSync(new URL('../../golden/vw.json', import.meta.url), 'utf8')) as Golden

interface Site {
  readonly features: Record<string, ReturnType<typeof numeric> | ReturnType<typeof hashed>>
  readonly kind: Kind
  readonly executor: 'wasm' | 'interpreter'
  readonly precision: 'f32' | 'f64'
  readonly learningRate?: number
}

/** A model as Vowpal Wabbit has it by default. */
export const modelOf = ({ features, kind, executor, precision, learningRate = 0.5 }: Site): Model =>
  createModel({
    features,
    target: { y: kind === 'squared' ? numeric({ scale: 'none' }) : category({ values: [-1, 1] }) },
    layers: [dense(1)],
    loss: { squared, logistic: crossEntropy, hinge }[kind](),
    optimizer: vw({ learningRate }),
    weight: 'weight',
    ...{ executor, precision },
  } as never) as Model

/** Learns rows, and returns what Vowpal Wabbit says of them: its predictions, clipped to the labels, and mean loss. */
export const learnedBy = (
  model: Model,
  kind: Kind,
  rows: readonly Row[],
): { readonly predictions: readonly number[]; readonly loss: number } => {
  const { encode, batch, forward } = model.stages
  let [low, high, sum, weights] = [0, 0, 0, 0]
  const predictions = rows.map((row) => {
    const y = row.y as number
    const weight = (row.weight as number | undefined) ?? 1
    low = Math.min(low, y)
    high = Math.max(high, y)
    const output = forward(batch([encode(row) as never])).outputs[0] as number
    const p = kind === 'logistic' ? output : Math.min(high, Math.max(low, output))
    const losses = { squared: (p - y) ** 2, logistic: Math.log1p(Math.exp(-y * p)), hinge: Math.max(0, 1 - y * p) }
    sum += weight * losses[kind]
    weights += weight
    model.learn(row)
    return p
  })
  return { predictions, loss: sum / weights }
}
