import { category, createModel, dense, type Model, type ModelConfig, numeric, type Row } from '../../operators/index.js'

/** Rows with new names, a missing number, no label, text in place of a number, and weights. */
export interface Reading {
  readonly temperature: number | null
  readonly room: string
  readonly power?: number | null
  readonly importance?: number
  readonly line: number
}

/** A reading whose `temperature` cannot be read, although its type says that it can. */
const BROKEN = 'warm' as unknown as number

export const readings = (count: number, first = 0): readonly Reading[] =>
  Array.from({ length: count }, (_, k) => {
    const i = first + k
    const temperature = i % 11 === 7 ? null : i % 19 === 12 ? BROKEN : 15 + ((i * 7) % 13)
    const power = i % 17 === 9 ? null : 100 + 3 * ((i * 7) % 13) + 20 * (i % (2 + (i >> 5)))
    return { temperature, room: `room ${i % (2 + (i >> 5))}`, power, importance: 0.5 + (i % 4) / 2, line: i + 1 }
  })
/** Readings that can all be learned. */
export const goodReadings = (count: number): readonly Reading[] =>
  readings(2 * count + 20)
    .filter(({ temperature, power }) => typeof temperature !== 'string' && power !== null)
    .slice(0, count)

type Features = { readonly temperature: ReturnType<typeof numeric>; readonly room: ReturnType<typeof category> }
type Target = { readonly power: ReturnType<typeof numeric> }

export const powerModel = (config: Partial<ModelConfig<Features, Target>> = {}): Model<Reading> =>
  createModel<Features, Target, Reading>({
    features: { temperature: numeric(), room: category({ capacity: 16 }) },
    target: { power: numeric() },
    layers: [dense(4, 'tanh'), dense(1)],
    seed: 3,
    weight: 'importance',
    cursor: 'line',
    ...config,
  } as ModelConfig<Features, Target>)

export interface Visit {
  readonly price: number
  readonly weekday: string
  readonly outcome?: string | null
}
export const visits = (count: number): readonly Visit[] =>
  Array.from({ length: count }, (_, i) => ({
    price: (i * 5) % 17,
    weekday: ['Mon', 'Tue', 'Wed'][i % 3] as string,
    // New classes appear one after another, and some rows have no class.
    outcome:
      i % 23 === 20 ? null : (['left', 'looked', 'bought', 'asked'][Math.min(((i * 5) % 16) >> 2, i >> 4)] as string),
  }))

export const visitModel = (outputs = 4, config: { readonly shards?: number } = {}): Model<Visit> =>
  createModel<
    { readonly price: ReturnType<typeof numeric>; readonly weekday: ReturnType<typeof category> },
    { readonly outcome: ReturnType<typeof category> },
    Visit
  >({
    features: { price: numeric(), weekday: category({ capacity: 4 }) },
    target: { outcome: category() },
    layers: [dense(5, 'relu'), dense(outputs)],
    ...config,
  })

/** The whole state of a model as text, which is equal only where every bit is equal. */
export const bitsOf = (model: Pick<Model, 'snapshot'>): string =>
  JSON.stringify(model.snapshot(), (_, part: unknown) =>
    ArrayBuffer.isView(part)
      ? Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('hex')
      : Number.isNaN(part)
        ? 'NaN'
        : part,
  )

/** Creates functions that make models of two inputs, `a` and `b`, with so many hidden units: of a class y, of a number z. */
export const modelsOfTwo = (
  units: number,
): Readonly<Record<'classModel' | 'numberModel', (more?: object) => Model<Row>>> => {
  const features = { a: numeric(), b: numeric() }
  const create = (config: object): Model<Row> => createModel({ features, cursor: 'at', ...config } as never) as never
  return {
    classModel: (more) => create({ target: { y: category() }, layers: [dense(units, 'relu'), dense(2)], ...more }),
    numberModel: (more) => create({ target: { z: numeric() }, layers: [dense(units, 'tanh'), dense(1)], ...more }),
  }
}
