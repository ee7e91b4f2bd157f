import { describe, expect, it } from 'vitest'
import {
  adagrad,
  adam,
  auto,
  category,
  chain,
  clipByGlobalNorm,
  createModel,
  dense,
  hashed,
  l2,
  type Model,
  numeric,
  type Optimizer,
  type Row,
  type Snapshot,
  sgd,
} from '../../../src/index.js'
import * as optimizers from '../../../src/optimizers/index.js'
import { linearOnly } from '../optimizers/linearOnly.js'
import { bytesOf, kinds, learnAll } from './kinds.js'

// A model whose step carried θ out of its bounds returns to its last healthy state, still knows all names that it has
// learned, and goes on as a model that was restored from its snapshot.

const members: Readonly<Record<Exclude<keyof typeof optimizers, keyof typeof linearOnly>, () => Optimizer>> = {
  sgd: () => sgd({ learningRate: 0.05 }),
  momentum: () => optimizers.momentum({ learningRate: 0.01 }),
  adagrad: () => adagrad({ learningRate: 0.2 }),
  adam: () => adam({ learningRate: 0.01 }),
  rmsprop: () => optimizers.rmsprop(),
  adamw: () => optimizers.adamw(),
  ftrl: () => optimizers.ftrl(),
  cocob: () => optimizers.cocob(),
  dog: () => optimizers.dog({ initial: 0.01 }),
  auto: () => auto(),
  chain: () => chain(clipByGlobalNorm(1), l2(1e-4), adam()),
  clipByGlobalNorm: () => chain(clipByGlobalNorm(1), sgd({ learningRate: 0.05 })),
  l1: () => chain(optimizers.l1(1e-4), adagrad({ learningRate: 0.2 })),
  l2: () => chain(l2(1e-4), adagrad({ learningRate: 0.2 })),
}
it('there is a case for every exported optimizer', () => {
  expect([...Object.keys(members), ...Object.keys(linearOnly)].sort()).toEqual(Object.keys(optimizers).sort())
})

/** A row with all the fields that a model of `kinds` may read; later rows bring new names. */
const rowAt = (i: number): Row => ({
  a: ((i * 7) % 11) / 4 - 1,
  b: ((i * 5) % 13) / 6 - 1,
  hour: i % 24,
  room: 'pqrs'[Math.floor(i / 6) % 4],
  side: i % 3 === 0 ? 'L' : 'R',
  power: ((i * 3) % 7) / 2,
  speed: ((i * 4) % 9) / 3 - 1,
  words: [`w${i % 17}`, `v${i % 5}`],
  more: [`m${i % 3}`],
  at: i,
})
const from = (start: number, count: number): Row[] => Array.from({ length: count }, (_, i) => rowAt(start + i))

type Config = Parameters<typeof createModel>[0]
const hashedNames = (optimizer: Optimizer): Config => ({
  // This is large enough that a step visits only the rows that a window touched.
  features: { words: hashed({ capacity: 1500, active: 4 }) },
  target: { room: category({ onFull: 'hash' }) },
  layers: [dense(4, 'relu'), dense(5)],
  optimizer,
})
const growingClasses = (optimizer: Optimizer): Config => ({
  features: { a: numeric(), room: category({ capacity: 4 }) },
  target: { side: category() },
  layers: [dense(3, 'tanh'), dense(3)],
  optimizer,
})

const EVERY = 4

/**
 * Learns until a step has carried θ out of its bounds; returns the snapshots after each step before that one, and what
 * was told of the return, with the step at which it was told.
 */
const drivenOut = (
  model: Model,
  batch: number,
): { healthy: ReadonlyMap<number, Snapshot>; to: number; told: readonly unknown[] } => {
  const healthy = new Map([[0, model.snapshot()]])
  let to = -1
  const told: unknown[] = []
  const stop = model.listen((event) => {
    if (event.kind !== 'rollback') return
    to = event.to
    told.push({ ...event, at: model.step })
  })
  for (let i = 0; i < 7; i++) {
    learnAll(model, from(i * batch, batch), batch)
    healthy.set(model.step, model.snapshot())
  }
  const rate = model.learningRate
  // At this rate, a step of any rule carries θ beyond 2¹⁰⁰.
  model.setLearningRate(1e36)
  for (let i = 7; i < 20 && to < 0; i++) {
    learnAll(model, from(i * batch, batch), batch)
    if (to < 0) healthy.set(model.step, model.snapshot())
  }
  model.setLearningRate(rate)
  stop()
  return { healthy, to, told }
}

const cases = Object.entries(members).flatMap(([name, make]) =>
  (['f32', 'f64'] as const).flatMap((precision) =>
    (['wasm', 'interpreter'] as const).flatMap((executor) =>
      [1, 3].flatMap((batch) =>
        Object.entries({ hashedNames, growingClasses }).map(
          ([kind, config]) =>
            [
              `${name}, ${precision}, ${executor}, windows of ${batch}, ${kind}`,
              batch,
              () => ({ ...config(make()), precision, executor }),
            ] as const,
        ),
      ),
    ),
  ),
)
/** Tells whether the model's own rate moves anything: not if each tensor is frozen or has a rate of its own. */
const isMoved = (config: Config): boolean => {
  const own = [...(config.freeze ?? []), ...Object.keys(config.optimizer?.groups ?? {})]
  return createModel(config).layout.some(({ name, group }) => !own.includes(name) && !own.includes(group))
}
/** Tells whether a rule is bounded: however large the rate is, a row's output does not pass its goal. */
const isBounded = ({ optimizer }: Config): boolean => optimizer?.transforms.some(({ kind }) => kind === 'vw') ?? false
const moved = Object.keys(kinds).filter((name) => isMoved(kinds[name]!) && !isBounded(kinds[name]!))
const ofKinds = moved.flatMap((name) =>
  [1, 3].map((batch) => [`${name}, windows of ${batch}`, batch, () => kinds[name]!] as const),
)

describe.each<readonly [string, number, () => Config]>([...cases, ...ofKinds])('%s', (_, batch, config) => {
  const create = (): Model => createModel({ ...config(), guard: { every: EVERY } } as Config) as Model

  it('returns to its last healthy state, still knows every name, and goes on', () => {
    const model = create()
    const { healthy, to, told } = drivenOut(model, batch)
    expect(model.counters.rollbacks).toBe(1)
    // It is told once, with the step that was taken back, before anything else is learned.
    const { step } = model
    expect(told).toEqual([{ kind: 'rollback', step, to, reason: 'a parameter left its bounds', at: step }])
    expect(to % EVERY).toBe(0)
    const [then, now] = [healthy.get(to)!, model.snapshot()]
    expect(now.parameters).toEqual(then.parameters)
    expect(now.slots).toEqual(then.slots)
    expect(now.vocabularies.map((names) => names.length).every((n, i) => n >= then.vocabularies[i]!.length)).toBe(true)

    // A known name has a probability, whenever it was learned.
    const { probabilities } = model.predict(rowAt(0))
    if (probabilities) {
      expect(Object.keys(probabilities)).toEqual(model.labels.map(String))
      for (const [name, probability] of Object.entries(probabilities)) expect(probability, name).toBeGreaterThan(0)
    }

    // It goes on as a model that has just been restored from this snapshot, without another rollback.
    const resumed = create()
    resumed.restore(now)
    for (const each of [model, resumed]) learnAll(each, from(60, 12), batch)
    expect(model.counters.rollbacks).toBe(1)
    expect(bytesOf(model.snapshot())).toEqual(bytesOf(resumed.snapshot()))
  })
})
