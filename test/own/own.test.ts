import {
  broadcast,
  createPredictor,
  type Description,
  evaluate,
  fromRows,
  learn,
  type Members,
  type Model,
  metrics,
} from 'rxgrad'
import { connect, createServer, replica } from 'rxgrad/node'
import { checkGradient } from 'rxgrad/testing'
import { lastValueFrom } from 'rxjs'
import { afterEach, describe, expect, it } from 'vitest'
import { fieldKindsWith } from '../../src/features/kinds.js'
import { decodeMessage, encodeMessage, type Message, PROTOCOL } from '../../src/wire/index.js'
import { bytesOf, learnAll } from '../src/model/kinds.js'
import { hitRate } from './hitRate.js'
import { logarithmKind } from './logarithm.js'
import { ownModel, type Sale, saleAt } from './ownModel.js'
import { quantileLoss } from './quantileLoss.js'

// The files beside this one are written as a user would write them: they import the package alone. Their members stand in
// the tables of the built-in ones, so that the laws hold for them: every model law (test/src/model/kinds.ts), the layers'
// (layers/laws), the losses' (losses), the optimizers' formulas and reach (optimizers), and the metrics' (metrics/laws).
// Here they train together, and travel.

const members: Members = { fieldKinds: [logarithmKind], losses: { pinball: quantileLoss } }
const sales = Array.from({ length: 4000 }, (_, i) => saleAt(i))
const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close()
})
const keep = <T extends { close(): unknown }>(it: T): T => {
  opened.push(it)
  return it
}
const welcomeOf = (description: Description): Message => ({
  ...{ type: 'welcome', protocol: PROTOCOL, model: 'sales', models: ['sales'], epoch: 1, step: 0, description },
})

describe('custom members, together in one model', () => {
  it('train, and are scored beside the baselines', async () => {
    const model = ownModel()
    const scores = await lastValueFrom(fromRows(sales).pipe(learn(model), evaluate(model, { metrics: [hitRate(1)] })))
    const [score] = scores.report().metrics
    expect(score).toMatchObject({ name: 'within 1', better: 'higher' })
    expect(score!.model.rolling).toBeGreaterThan(0.9)
    for (const baseline of Object.values(score!.baselines)) expect(baseline.rolling).toBeLessThan(0.3)
    expect(metrics.cumulative(hitRate(1)).metric.name).toBe('within 1')
  })

  it('have the same gradient as dual numbers and differences', () => {
    const { description, layout, parameters } = ownModel() as Model
    const values = Object.fromEntries(
      layout.map(({ name, offset, size }) => [
        name,
        [...parameters.subarray(offset, offset + size)].map((w) => w + 0.1),
      ]),
    )
    expect(checkGradient(description.circuit, { ...values, x: [0.3, -0.5, 0.8] }).failures).toEqual([])
  })

  it.each([1, 7])('learn alike in the interpreter, in an array, and from a snapshot, in windows of %i', (b) => {
    const straight = bytesOf(learnAll(ownModel() as Model, sales.slice(0, 300), b).snapshot())
    const first = learnAll(ownModel() as Model, sales.slice(0, 20 * b), b)
    const second = ownModel() as Model
    second.restore(structuredClone(first.snapshot()))
    expect(bytesOf(learnAll(second, sales.slice(20 * b, 300), b).snapshot())).toEqual(straight)
    const interpreted = ownModel(undefined, { executor: 'interpreter' }) as Model
    expect(bytesOf(learnAll(interpreted, sales.slice(0, 300), b).snapshot())).toEqual(straight)
    const arrays = learnAll(ownModel() as Model, sales.slice(0, 300), b, (writer, rows) => writer.learn(rows))
    expect(bytesOf(arrays.snapshot())).toEqual(straight)
  })

  it('reject a row that their field refuses, with the reason', () => {
    const model = ownModel()
    const reasons: string[] = []
    model.listen((event) => event.kind === 'rejection' && reasons.push(event.reason))
    model.learn({ price: -1, hour: 3, sold: 1 })
    model.learn({ hour: 3, sold: 1 } as Sale)
    expect(reasons).toEqual([
      'price is -1; expected a number above -1',
      'price is undefined; expected a number above -1',
    ])
  })
})

describe('a description of custom kinds', () => {
  const { description } = ownModel()
  it('is decoded as it was where the kinds are known, and where any kind is accepted', () => {
    const bytes = encodeMessage(welcomeOf(description))
    expect(decodeMessage(bytes, fieldKindsWith([logarithmKind]))).toEqual(welcomeOf(description))
    expect(decodeMessage(bytes, 'any')).toEqual(welcomeOf(description))
    expect(() => decodeMessage(bytes)).toThrow(
      'welcome.description.features.price.kind is "logarithm"; expected numeric',
    )
  })
  it('is checked setting by setting, by the entry of its kind', () => {
    const wrong = { ...description, features: { price: { kind: 'logarithm', missing: 'reject', offset: 'one' } } }
    const bytes = encodeMessage(welcomeOf(wrong))
    const known = fieldKindsWith([logarithmKind])
    expect(() => decodeMessage(bytes, known)).toThrow('price.offset is "one"; expected a number')
  })
  it.each([
    ['settings that nest, lists and nothing', { list: [1, 'a', [true]], deep: { deeper: null } }, undefined],
    ['settings without end', { deep: nested(40) }, 'no more than 16 levels'],
    ['no policy for a missing value', { missing: undefined }, 'price.missing is undefined; expected text'],
    ['a date', { at: new Date(0) }, 'price.at is '],
  ])('is checked where any kind is accepted: %s', (_, settings, refusal) => {
    const price = { kind: 'logarithm', missing: 'reject', ...settings } as Description['features'][string]
    const bytes = encodeMessage(welcomeOf({ ...description, features: { price } }))
    if (refusal) expect(() => decodeMessage(bytes, 'any')).toThrow(refusal)
    else expect(decodeMessage(bytes, 'any')).toMatchObject({ description: { features: { price } } })
  })
  it('has its known kinds checked as usual where any kind is accepted', () => {
    const hour = { kind: 'cyclic', missing: 'zero', period: -1 }
    const bytes = encodeMessage(welcomeOf({ ...description, features: { hour } }))
    expect(() => decodeMessage(bytes, 'any')).toThrow('a cyclic field (cyclic: period is -1')
  })
  it('is rebuilt with the members, and refused without them', () => {
    const model = ownModel()
    model.learn(sales.slice(0, 100))
    const predictor = createPredictor<Sale>(JSON.parse(JSON.stringify(description)) as Description, members)
    predictor.apply(model.publish())
    expect(predictor.predict(saleAt(500))).toEqual(model.predict(saleAt(500)))
    expect(() => createPredictor(description, { ...members, losses: {} })).toThrow("there is no loss 'pinball' here")
    expect(() => createPredictor(description)).toThrow("there is no field kind 'logarithm' here")
  })
})

describe('over the wire', () => {
  it('a replica that knows the kinds predicts the same bits at every step that it reaches', async () => {
    const model = ownModel()
    const server = keep(await createServer({ models: { sales: model }, maxHz: 1000 }))
    const elsewhere = keep(await replica<Sale>(server.url, members))
    for (let round = 0; round < 5; round += 1) {
      await lastValueFrom(fromRows(sales.slice(round * 100, round * 100 + 100)).pipe(learn(model), broadcast(server)))
      for await (const step of elsewhere.steps) if (step === model.step) break
      for (let i = 0; i < 20; i += 1) expect(elsewhere.predict(saleAt(7 * i))).toEqual(model.predict(saleAt(7 * i)))
    }
    expect(elsewhere.step).toBe(500)
  })

  it('a client that accepts any kind is shown the model, and another is told which kind is not known', async () => {
    const model = ownModel()
    const server = keep(await createServer({ models: { sales: model } }))
    const any = keep(connect(server.url, { fieldKinds: 'any' }))
    expect((await any.welcome).description).toEqual(model.description)
    for await (const message of any.messages) if (message.type === 'frame') break
    const none = keep(connect(server.url, { reconnect: false }))
    await expect(none.welcome).rejects.toThrow('features.price.kind is "logarithm"')
  })
})

function nested(depth: number): unknown {
  return depth === 0 ? 1 : { deeper: nested(depth - 1) }
}
