import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Gradient, Model } from '../../../src/model.js'
import type { Chunk, Example } from '../../../src/records.js'
import type { Row } from '../../../src/values.js'
import { runs } from '../../runs.js'
import { bytesOf, kinds, learnAll, make, row, rows } from './kinds.js'

const cut = <T>(list: readonly T[], sizes: readonly number[]): readonly (readonly T[])[] => {
  const parts: (readonly T[])[] = []
  for (let at = 0, i = 0; at < list.length; i++) {
    const size = sizes[i % sizes.length]!
    parts.push(list.slice(at, at + size))
    at += size
  }
  return parts
}
/** The examples of those rows that are not rejected, as the model reads them now. */
const encoded = (model: Model, list: readonly Row[]): readonly Example[] =>
  list.flatMap((each) => {
    const example = model.stages.encode(each)
    return example.kind === 'example' ? [example] : []
  })
const chunkOf = (examples: readonly Example[], targets: number, hasWeights: boolean): Chunk => ({
  kind: 'chunk',
  size: examples.length,
  x: Float64Array.from(examples.flatMap(({ x }) => [...x])),
  y: Float64Array.from(examples.flatMap(({ y }) => [...(y ?? new Array<number>(targets).fill(Number.NaN))])),
  ...(hasWeights && { weights: Float64Array.from(examples.map(({ weight }) => weight)) }),
})
const windows = fc.constantFrom(1, 2, 3, 7)
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 })

describe.each(Object.keys(kinds))('%s', (name) => {
  const targets = Object.keys(kinds[name]!.target).length

  it('learn predicts what predict would have said just before, at any b', () => {
    fc.assert(
      fc.property(rows(25), windows, (list, b) => {
        const model = make(name)
        const writer = model.stages.take('test', b)
        for (const each of list) {
          // A prediction needs no label and no weight, so a row may be rejected only when it is to be learned.
          const example = model.stages.encode(each)
          const rejected = example.kind === 'rejection'
          const unreadable = rejected && (example.field as string) in model.features
          if (unreadable) expect(() => model.predict(each)).toThrow(/^predict: /)
          else expect(model.predict(each).kind).toBe('prediction')
          const expected = rejected ? undefined : model.predict(each)
          expect(writer.learn(each).predictions).toEqual(expected)
        }
        writer.release()
      }),
      { numRuns: runs(25) },
    )
  })

  it('rows one by one and arrays of any sizes give equal states, predictions and losses', () => {
    fc.assert(
      fc.property(rows(30), windows, sizes, (list, b, lengths) => {
        const [ones, arrays] = [make(name), make(name)]
        const seen: { value: unknown; loss: number; actual: number[] }[] = []
        learnAll(ones, list, b, (writer, all) => {
          for (const each of all) {
            const { predictions, losses, actual } = writer.learn(each)
            const value = predictions?.values ? Object.values(predictions.values)[0] : predictions?.value
            seen.push({ value, loss: losses, actual: [...actual] })
          }
        })
        let at = 0
        learnAll(arrays, list, b, (writer, all) => {
          for (const part of cut(all, lengths)) {
            const { predictions, losses, actual, rows: given } = writer.learn(part)
            expect(given).toBe(part)
            part.forEach((_, i) => {
              const one = seen[at++]!
              expect(losses[i]).toBe(one.loss)
              expect([...actual.subarray(i * targets, (i + 1) * targets)]).toEqual(one.actual)
              if (one.value !== undefined && !predictions!.labels)
                expect(predictions!.values[i * targets]).toBe(one.value)
            })
          }
        })
        expect(bytesOf(arrays.snapshot())).toEqual(bytesOf(ones.snapshot()))
      }),
      { numRuns: runs(25) },
    )
  })

  it('rows one by one and chunks of any sizes give equal results, once the names are known', () => {
    fc.assert(
      fc.property(rows(12), rows(30), windows, sizes, (first, list, b, lengths) => {
        const [ones, chunks] = [make(name), make(name)].map((model) => learnAll(model, first, 1)) as [Model, Model]
        const known = list.filter((each) => {
          const [example] = encoded(ones, [each])
          return example && example.unseen.length === 0
        })
        // A chunk has no cursor for each row.
        const bare = known.map(({ at: _, ...rest }) => rest)
        const losses: number[] = []
        learnAll(ones, bare, b, (writer, all) => {
          for (const each of all) losses.push(writer.learn(each).losses)
        })
        const parts = cut(encoded(chunks, bare), lengths)
        const ours: number[] = []
        learnAll(chunks, [], b, (writer) => {
          for (const part of parts) ours.push(...writer.learn(chunkOf(part, targets, 'weight' in kinds[name]!)).losses)
        })
        expect(ours).toEqual(losses)
        expect(bytesOf(chunks.snapshot())).toEqual(bytesOf(ones.snapshot()))
      }),
      { numRuns: runs(25) },
    )
  })

  it('the stages one by one equal learn, bit for bit', () => {
    fc.assert(
      fc.property(rows(25), windows, (list, b) => {
        const [fused, staged] = [make(name), make(name)]
        const labelled = list.filter((each) => encoded(fused, [each])[0]?.y)
        learnAll(fused, labelled, b)
        const { encode, batch, forward, loss, backward, update, take } = staged.stages
        const writer = take('test')
        for (const part of cut(labelled, [b])) {
          const examples = part.map((each) => encode(each) as Example)
          update(backward(loss(forward(batch(examples)))), writer)
        }
        expect(bytesOf(staged.snapshot())).toEqual(bytesOf(fused.snapshot()))
      }),
      { numRuns: runs(25) },
    )
  })

  it('predict, publish, snapshot and the stages up to backward change nothing', () => {
    fc.assert(
      fc.property(rows(10), rows(6), (past, list) => {
        const model = learnAll(make(name), past, 2)
        const before = bytesOf(model.snapshot())
        for (const each of list)
          if (encoded(model, [each]).length > 0) expect(model.predict(each)).toEqual(model.predict(each))
        const { batch, forward, loss, backward } = model.stages
        const examples = encoded(model, list).filter(({ y }) => y)
        if (examples.length > 0) backward(loss(forward(batch(examples))))
        model.publish()
        expect(bytesOf(model.snapshot())).toEqual(before)
      }),
      { numRuns: runs(25) },
    )
  })

  it('g = (1/b) Σ wᵢ∇lᵢ: weights scale the gradient, and are not normalized', () => {
    const { forward, loss, backward, batch } = make(name).stages
    const weighted = 'weight' in kinds[name]!
    const gradient = (examples: readonly Example[]): Gradient => backward(loss(forward(batch(examples))))
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), (list) => {
        const examples = encoded(make(name), list).filter(({ y }) => y)
        if (examples.length === 0) return
        const b = examples.length
        const sum = new Float64Array(make(name).parameters.length)
        for (const example of examples)
          gradient([{ ...example, weight: 1 }]).values.forEach((g, i) => {
            sum[i]! += (weighted ? example.weight : 1) * g
          })
        const scale = Math.max(1e-3, ...sum.map(Math.abs))
        gradient(examples).values.forEach((g, i) => {
          expect(Math.abs(g - sum[i]! / b) / scale).toBeLessThan(1e-5)
        })
      }),
      { numRuns: runs(25) },
    )
  })

  it('counts the rows that it learned, rejected, or could not learn', () => {
    fc.assert(
      fc.property(rows(25), windows, (list, b) => {
        const reference = make(name)
        const expected = { learned: 0, rejected: 0, unlabelled: 0 }
        for (const each of list) {
          const [example] = encoded(reference, [each])
          expected[!example ? 'rejected' : example.y ? 'learned' : 'unlabelled']++
        }
        const model = learnAll(make(name), list, b)
        expect(model.counters).toMatchObject({ ...expected, refused: 0 })
        const single = make(name)
        for (const each of list) single.learn(each)
        expect(single.counters).toMatchObject(expected)
        expect(single.step).toBe(expected.learned)
      }),
      { numRuns: runs(25) },
    )
  })
})
