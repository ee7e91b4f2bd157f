import fc from 'fast-check'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  createModel,
  decodeSnapshot,
  dense,
  encodeSnapshot,
  fromModel,
  type Joined,
  joinLabels,
  type Model,
  numeric,
  type Row,
  time,
} from '../../operators/index.js'
import { runs } from '../runs.js'

const features = { x: numeric() }
const create = (given: object = features): Model<Row> =>
  createModel({ features: given, target: { y: numeric() }, layers: [dense(1)] } as never) as unknown as Model<Row>

interface Turn {
  readonly of: 'row' | 'label'
  readonly key: number
  readonly at?: number
}
const turns = fc.array(
  fc.record(
    { of: fc.constantFrom('row', 'label'), key: fc.nat(30), at: fc.integer({ min: -200, max: 600 }) },
    { requiredKeys: ['of', 'key'] },
  ),
  { minLength: 1, maxLength: 60 },
) as fc.Arbitrary<Turn[]>

const WITHIN = 100
/** What is told as given up at each turn, of rows and of labels. */
const givenUp = (
  model: Model<Row>,
  given: readonly Turn[],
  timeOf: (ms: number) => unknown = (ms) => ms,
): readonly (readonly string[])[] => {
  const [row$, label$] = [new Subject<Row>(), new Subject<object>()]
  let told: string[] = []
  const listening = fromModel(model).subscribe((event) => {
    if (event.kind === 'unjoined' && (event.reason === 'expired' || event.reason === 'orphaned'))
      told.push(`${event.of} ${event.key}`)
  })
  const subscription = row$
    .pipe(joinLabels<Row>(model, label$, { key: 'key', withinMs: WITHIN, time: 'at' }))
    .subscribe()
  const all = given.map(({ of, key, at }) => {
    told = []
    const stamp = at === undefined ? {} : { at: timeOf(at) }
    if (of === 'row') row$.next({ key, x: key, ...stamp })
    else label$.next({ key, y: key, ...stamp })
    return told
  })
  subscription.unsubscribe()
  listening.unsubscribe()
  return all
}

/** The same by looking at all that waits, at each turn. */
const expected = (given: readonly Turn[]): readonly (readonly string[])[] => {
  interface Waiting extends Turn {
    since: number
  }
  let waiting: Waiting[] = []
  const settled = new Set<number>()
  let newest = -Infinity
  return given.map((turn) => {
    const { of, key, at = newest } = turn
    if (newest === -Infinity && at > newest) for (const each of waiting) each.since = at
    newest = Math.max(newest, at)
    const old = waiting.filter(({ since }) => newest - since >= WITHIN)
    waiting = waiting.filter((each) => !old.includes(each))
    for (const each of old) if (each.of === 'row') settled.add(each.key)
    const sorted = old.toSorted((a, b) => (a.of === b.of ? a.since - b.since : a.of === 'row' ? -1 : 1))
    const partner = waiting.find((each) => each.key === key)
    if (partner && partner.of !== of) {
      waiting = waiting.filter((each) => each !== partner)
      settled.add(key)
    } else if (!partner && (of === 'row' || !settled.has(key))) waiting.push({ ...turn, since: at })
    return sorted.map((each) => `${each.of} ${each.key}`)
  })
}

describe('joinLabels by the times that rows and labels tell', () => {
  it('gives up all that has waited too long at each turn, in whatever order the times come', () => {
    fc.assert(
      fc.property(turns, fc.nat(60), (given, cut) => {
        const right = expected(given)
        expect(givenUp(create(), given)).toEqual(right)
        // It goes on so from a snapshot.
        const [first, second] = [create(), create()]
        const before = givenUp(first, given.slice(0, cut))
        second.restore(decodeSnapshot(encodeSnapshot(first.snapshot())))
        expect([...before, ...givenUp(second, given.slice(cut))]).toEqual(right)
      }),
      { numRuns: runs(150) },
    )
  })

  it('counts milliseconds in whatever form a time is told, also in the unit of a time feature', () => {
    const start = Date.UTC(2024, 2, 31)
    const iso = (ms: number): string => new Date(start + ms).toISOString()
    const forms: Readonly<Record<string, readonly [at: object, timeOf: (ms: number) => unknown]>> = {
      milliseconds: [{}, (ms) => start + ms],
      dates: [{}, (ms) => new Date(start + ms)],
      texts: [{}, iso],
      // A text without an offset is in UTC, wherever the program runs, or in the zone of the feature.
      'texts without an offset': [{}, (ms) => iso(ms).slice(0, -1)],
      'a feature': [{ at: time() }, (ms) => start + ms],
      'a feature of texts': [{ at: time({ timeZone: 60 }) }, (ms) => iso(ms + 3_600_000).slice(0, -1)],
      'a number': [{ at: numeric() }, (ms) => start + ms],
      seconds: [{ at: time({ unit: 'seconds' }) }, (ms) => (start + ms) / 1000],
      'dates of seconds': [{ at: time({ unit: 'seconds' }) }, (ms) => new Date(start + ms)],
      microseconds: [{ at: time({ unit: 'microseconds' }) }, (ms) => (start + ms) * 1000],
    }
    fc.assert(
      fc.property(turns, (given) => {
        // Rows without a time are rejected where the time is a number that is a feature.
        const timed = given.map((turn) => ({ ...turn, at: 250 * Math.floor((turn.at ?? 0) / 250) }))
        const right = expected(timed)
        for (const [name, [at, timeOf]] of Object.entries(forms))
          expect(givenUp(create({ ...features, ...at }), timed, timeOf), name).toEqual(right)
      }),
      { numRuns: runs(20) },
    )
  })

  it('takes what is no time for the newest that was told', () => {
    for (const wrong of ['soon', '2024-02-30', new Date('x'), 1e300, Number.NaN, [], {}, true, null]) {
      const given: Turn[] = [
        { of: 'row', key: 1, at: 0 },
        { of: 'row', key: 2, at: 1 },
        { of: 'row', key: 3, at: 100 },
        { of: 'row', key: 4, at: 101 },
      ]
      expect(givenUp(create(), given, (ms) => (ms === 1 ? wrong : ms))).toEqual([[], [], ['row 1', 'row 2'], []])
    }
  })
})

interface Seen {
  readonly records: readonly Joined<Row>[]
  readonly rejections: readonly unknown[]
}
/** Sends rows and labels, and returns the records and the rejections. */
const sent = (model: Model<Row>, send: (row$: Subject<Row>, label$: Subject<object>) => void): Seen => {
  const [row$, label$] = [new Subject<Row>(), new Subject<object>()]
  const records: Joined<Row>[] = []
  const rejections: unknown[] = []
  fromModel(model).subscribe((event) => event.kind === 'rejection' && rejections.push(event.row))
  const subscription = row$
    .pipe(joinLabels<Row>(model, label$, { key: 'key' }))
    .subscribe((joined) => records.push(joined as Joined<Row>))
  send(row$, label$)
  subscription.unsubscribe()
  return { records, rejections }
}

describe('a label that came before its row', () => {
  it.each([
    ['text', 'much'],
    ['infinity', Infinity],
    ['nothing', undefined],
  ])('and cannot be read is told as a rejection, and the row waits for the corrected one: %s', (_, y) => {
    const wrong = { key: 1, y }
    const { records, rejections } = sent(create(), (row$, label$) => {
      label$.next(wrong)
      row$.next({ key: 1, x: 2 })
      label$.next({ key: 1, y: 3 })
    })
    expect(rejections).toEqual([y === undefined ? {} : { y }])
    expect(records.map(({ update, labels }) => [update?.size, labels.waiting, labels.early, labels.joined])).toEqual([
      [undefined, 1, 0, 0],
      [1, 0, 0, 1],
    ])
  })

  it('waits on where a row of its key is rejected itself', () => {
    const { records } = sent(create(), (row$, label$) => {
      label$.next({ key: 1, y: 3 })
      row$.next({ key: 1, x: 'broken' })
      row$.next({ key: 1, x: 2 })
    })
    expect(records.map(({ unlearned }) => unlearned?.map(({ kind }) => kind))).toEqual([['rejected'], undefined])
    expect(records.map(({ labels }) => [labels.early, labels.joined])).toEqual([
      [1, 0],
      [0, 1],
    ])
  })
})

it('a late record has the dates of its row as dates, which the model reads as it did then', () => {
  for (const at of [undefined, time(), time({ unit: 'seconds' })]) {
    const [late, saved] = [1, 2].map(() => create({ ...features, ...(at && { at }) })) as [Model<Row>, Model<Row>]
    const row = { key: 1, x: 2, at: new Date(Date.UTC(2024, 0, 31, 7, 30)), seen: 1 }
    const [direct] = sent(late, (row$, label$) => {
      row$.next(row)
      label$.next({ key: 1, y: 3 })
    }).records.slice(-1)
    expect(direct?.rows).toEqual([{ ...row, y: 3 }])
    sent(saved, (row$) => row$.next(row))
    saved.restore(decodeSnapshot(encodeSnapshot(saved.snapshot())))
    const [restored] = sent(saved, (_, label$) => label$.next({ key: 1, y: 3 })).records
    expect(restored?.rows).toEqual(direct?.rows)
    const learned = create({ ...features, ...(at && { at }) })
    learned.learn({ ...row, y: 3 })
    for (const model of [late, saved]) expect(model.publish().parameters).toEqual(learned.publish().parameters)
  }
})
