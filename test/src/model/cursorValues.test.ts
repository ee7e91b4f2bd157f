import { from } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  batch,
  createModel,
  decodeSnapshot,
  dense,
  encode,
  encodeSnapshot,
  gradient,
  learn,
  numeric,
  update,
} from '../../../operators/index.js'

interface Reading {
  readonly at: unknown
  readonly x: unknown
  readonly y: number | null
}
const modelOf = () =>
  createModel({
    ...{ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)] },
    cursor: 'at',
  }) as unknown as ReturnType<typeof createModel>
const places = ['a', '', 5, 0, -1.5]
const others = [
  ...[undefined, null, Number.NaN, Number.POSITIVE_INFINITY, true, 10n, Symbol('a'), 'x'.repeat(2000)],
  ...[{}, [1], () => 1, new Date(0), new Proxy({}, {})],
]

// A snapshot that no model takes back would be found out only when it is needed.
describe('whatever a row has in the column of its cursor, the snapshot can be restored', () => {
  const rowsOf = (at: unknown): Reading[] => [1, 2, 3].map((x) => ({ at, x, y: x }))
  const forms: Record<string, (model: ReturnType<typeof modelOf>, at: unknown) => unknown> = {
    'row by row': (model, at) => model.learn(rowsOf(at)[0] as never),
    'an array': (model, at) => model.learn(rowsOf(at) as never),
    'a rejected row': (model, at) => model.learn({ at, x: 'none', y: 1 } as never),
    'a row without a label': (model, at) => model.learn({ at, x: 1, y: null } as never),
    windows: (model, at) =>
      from(rowsOf(at))
        .pipe(learn(model as never, { batch: 2 }) as never)
        .subscribe(),
    'stage by stage': (model, at) =>
      from(rowsOf(at))
        .pipe(
          encode(model as never) as never,
          batch(2) as never,
          gradient(model as never) as never,
          update(model) as never,
        )
        .subscribe(),
  }
  it.each(Object.keys(forms))('%s', (form) => {
    for (const at of [...places, ...others]) {
      const model = modelOf()
      forms[form]!(model, at)
      const second = modelOf()
      second.restore(decodeSnapshot(encodeSnapshot(model.snapshot())))
      expect(second.cursor).toBe(places.includes(at as string) ? at : undefined)
    }
  })

  it('a chunk with another cursor is refused', () => {
    const chunk = { kind: 'chunk', size: 1, x: Float32Array.of(1), y: Float32Array.of(1) } as const
    for (const cursor of others.slice(1)) {
      const model = modelOf()
      expect(() => model.learn({ ...chunk, cursor } as never)).toThrow("learn: a chunk's cursor is ")
      expect(model.step).toBe(0)
    }
    const model = modelOf()
    for (const cursor of places) {
      model.learn({ ...chunk, cursor } as never)
      expect(model.cursor).toBe(cursor)
    }
  })
})
