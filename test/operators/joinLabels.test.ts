import fc from 'fast-check'
import { concat, EMPTY, from, lastValueFrom, map, NEVER, Subject, tap, toArray } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it, vi } from 'vitest'
import {
  category,
  createModel,
  decodeSnapshot,
  dense,
  encodeSnapshot,
  evaluate,
  experts,
  fromModel,
  type Joined,
  joinLabels,
  lag,
  learn,
  type Model,
  metrics,
  numeric,
  type Snapshot,
} from '../../operators/index.js'
import { runs } from '../runs.js'

interface Payment {
  readonly id: number
  readonly amount: number
  readonly at?: number
  readonly fraud?: boolean | null
}
interface Label {
  readonly id: number
  readonly at?: number
  readonly fraud: boolean
}
const payment = (id: number): Payment => ({ id, amount: ((id * 7) % 13) - 5 })
const labelOf = (id: number): Label => ({ id, fraud: (id * 7) % 13 > 8 })

const create = (): Model<Payment> =>
  createModel({
    features: { amount: numeric() },
    target: { fraud: category({ values: [false, true] }) },
    experts: { net: experts.net([dense(3, 'tanh'), dense(1)]), noChange: experts.noChange() },
    seed: 1,
  }) as never

type Turn = { readonly row: number } | { readonly label: number }
interface Run {
  readonly records: readonly Joined<Payment>[]
  readonly events: readonly string[]
}
/** Sends rows and labels through `joinLabels` in a given order. */
const run = (model: Model<Payment>, turns: readonly Turn[], config: object = {}): Run => {
  const [row$, label$] = [new Subject<Payment>(), new Subject<Label>()]
  const records: Joined<Payment>[] = []
  const events: string[] = []
  const listening = fromModel(model).subscribe((event) => {
    if (event.kind === 'unjoined') events.push(`${event.of} ${event.key} ${event.reason}`)
  })
  const subscription = row$
    .pipe(joinLabels<Payment>(model, label$, { key: 'id', ...config }))
    .subscribe((joined) => records.push(joined as Joined<Payment>))
  for (const turn of turns)
    if ('row' in turn) row$.next(payment(turn.row))
    else label$.next(labelOf(turn.label))
  subscription.unsubscribe()
  listening.unsubscribe()
  return { records, events }
}
const rows = (...ids: number[]): Turn[] => ids.map((row) => ({ row }))
const labels = (...ids: number[]): Turn[] => ids.map((label) => ({ label }))
const none = { waiting: 0, early: 0, joined: 0, late: 0, duplicate: 0, orphaned: 0, expired: 0, evicted: 0 }

describe('joinLabels', () => {
  it('predicts each row when it comes, and learns it with that prediction when its label comes', () => {
    const model = create()
    const { records, events } = run(model, [...rows(1, 2), ...labels(2, 1), ...rows(3)])
    const [one, two, labelTwo, labelOne, three] = records
    expect(records.length).toBe(5)
    expect([one, two, three].map((record) => record?.actual[0])).toEqual([Number.NaN, Number.NaN, Number.NaN])
    expect(one?.unlearned?.[0]?.reason).toBe('fraud is to come')
    expect(labelTwo?.predictions).toEqual({ ...two?.predictions, row: { ...payment(2), fraud: labelOf(2).fraud } })
    expect(labelOne?.predictions?.probabilities).toEqual(one?.predictions?.probabilities)
    expect(labelTwo?.actual[0]).toBe(Number(labelOf(2).fraud))
    expect(labelTwo?.rows).toEqual([{ ...payment(2), fraud: labelOf(2).fraud }])
    expect([labelTwo?.update?.step, labelOne?.update?.step]).toEqual([1, 2])
    expect(model.counters).toMatchObject({ learned: 2, unlabelled: 0, rejected: 0 })
    expect(three?.labels).toEqual({ ...none, waiting: 1, joined: 2 })
    expect(events).toEqual([])
  })

  it('learns a row at once that brings its label, or whose label came before it', () => {
    const [model, twin] = [create(), create()]
    const { records } = run(model, [...labels(1, 2), ...rows(1, 2)])
    const expected = [1, 2].map((id) => twin.learn({ ...payment(id), fraud: labelOf(id).fraud }))
    expect(records.map(({ losses, predictions }) => [losses, predictions?.value])).toEqual(
      expected.map(({ losses, predictions }) => [losses, predictions?.value]),
    )
    expect(model.parameters).toEqual(twin.parameters)
    expect(records[1]?.labels).toEqual({ ...none, joined: 2 })
    expect(records[1]?.delayed).toBeUndefined()
  })

  it('counts and tells labels that are late, come twice or find no row, and rows that are given up', () => {
    const model = create()
    const { records, events } = run(
      model,
      // The third row takes the place of the first, and label 9 that of label 8.
      [...rows(1, 2, 3), ...labels(1, 2, 2, 8, 9, 10, 10), ...rows(3, 9)],
      { capacity: 2 },
    )
    expect(events).toEqual([
      'row 1 evicted',
      'label 1 late',
      'label 2 duplicate',
      'label 8 orphaned',
      'label 10 duplicate',
      'row 3 duplicate',
    ])
    expect(records.at(-1)?.labels).toEqual({
      ...{ waiting: 1, early: 1, joined: 2, late: 1, duplicate: 3, orphaned: 1, expired: 0, evicted: 1 },
    })
    expect(model.counters).toMatchObject({ learned: 2, unlabelled: 2 })
  })

  it('lets a key be used again once its row waits no longer', () => {
    const { events, records } = run(create(), [...rows(1), ...labels(1), ...rows(1), ...labels(1, 1)])
    expect(events).toEqual(['label 1 duplicate'])
    expect(records.filter(({ update }) => update).length).toBe(2)
  })

  it('compares keys as text, and predicts a row without a key, which waits for nothing', () => {
    const model = create()
    const { id: _, ...keyless } = payment(3)
    const label$ = from([{ id: '1', fraud: true }])
    const seen: Joined<Payment>[] = []
    from([{ ...payment(1) }, keyless as Payment])
      .pipe(joinLabels(model, label$, { key: 'id' }))
      .subscribe((joined) => seen.push(joined as Joined<Payment>))
    expect(seen.map(({ update }) => update?.step)).toEqual([1, undefined])
    expect(seen[1]?.labels).toEqual({ ...none, joined: 1 })
    expect(model.counters).toMatchObject({ learned: 1, unlabelled: 1 })
  })

  it('tells of a label without a key, of one that says nothing and of one that cannot be read; their rows wait on', () => {
    const model = create()
    const reasons: string[] = []
    fromModel(model).subscribe((event) => event.kind === 'rejection' && reasons.push(event.reason))
    const label$ = new Subject<object>()
    const row$ = new Subject<Payment>()
    let last: Joined<Payment> | undefined
    row$.pipe(joinLabels<Payment>(model, label$, { key: 'id' })).subscribe((joined) => {
      last = joined as Joined<Payment>
    })
    for (const id of [1, 2]) row$.next(payment(id))
    const before = model.snapshot()
    label$.next({ fraud: true })
    label$.next({ id: 1 })
    label$.next({ id: 2, fraud: { deep: 1 } })
    expect(reasons[0]).toBe('id is undefined in a label; expected the key of its row')
    expect(reasons[1]).toBe('fraud is missing in a label')
    expect(reasons[2]).toMatch(/^fraud is .*expected/)
    expect(reasons.length).toBe(3)
    expect(model.snapshot()).toEqual(before)
    for (const id of [1, 2]) label$.next(labelOf(id))
    expect(model.counters).toMatchObject({ learned: 2, unlabelled: 0, rejected: 0 })
    expect(last?.labels).toEqual({ ...none, joined: 2 })
  })

  it('stands at the step of its model after a label that is refused and lets rows expire', () => {
    for (const label of [{ at: 50 }, { id: 2, at: 50 }, { id: 2, at: 50, fraud: [1] }, { ...labelOf(2), at: 50 }]) {
      const model = create()
      const [row$, label$] = [new Subject<Payment>(), new Subject<object>()]
      row$.pipe(joinLabels(model, label$, { key: 'id', time: 'at', withinMs: 50 })).subscribe()
      row$.next({ ...payment(1), at: 0 })
      row$.next({ ...payment(2), at: 20 })
      label$.next(label)
      expect(model.counters.unlabelled).toBe(1)
      const { kept, step } = model.snapshot()
      expect((kept.joinLabels as { step: number }).step).toBe(step)
    }
  })

  it('gives up rows and labels after withinMs of virtual time, and leaves no timer', () => {
    new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(({ hot, expectObservable }) => {
      const model = create()
      // Row 1 waits from 0 to 20; its label at 21 is late. Row 2 is joined in time. Label 4 finds no row by 50.
      const row$ = hot('  a--b-----------------------------------|', { a: payment(1), b: payment(2) })
      const label$ = hot('----y----------------x--------z---------', { x: labelOf(1), y: labelOf(2), z: labelOf(4) })
      const told$ = fromModel(model).pipe(map((event) => event.kind === 'unjoined' && `${event.of} ${event.reason}`))
      const joined$ = row$.pipe(
        joinLabels(model, label$, { key: 'id', withinMs: 20 }),
        map(({ labels: { joined, waiting } }) => `${joined} ${waiting}`),
      )
      expectObservable(told$, '^-------------------------------------------------------!').toBe(
        '                       --------------------el---',
        { e: 'row expired', l: 'label late' },
      )
      expectObservable(joined$).toBe('a--bc----------------------------------|', { a: '0 1', b: '0 2', c: '1 1' })
    })
  })

  it('leaves no timer where it is unsubscribed by a listener that is told of a row that is given up', () => {
    vi.useFakeTimers()
    try {
      const model = create()
      const row$ = new Subject<Payment>()
      const subscription = row$.pipe(joinLabels(model, NEVER, { key: 'id', withinMs: 20 })).subscribe()
      fromModel(model).subscribe(({ kind }) => kind === 'unjoined' && subscription.unsubscribe())
      row$.next(payment(1))
      vi.advanceTimersByTime(10)
      row$.next(payment(2))
      expect(vi.getTimerCount()).toBe(1)
      vi.advanceTimersByTime(10)
      expect(subscription.closed).toBe(true)
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  it('waits for the labels of its last rows: until all have come, have expired, or can come no more', () => {
    new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(({ hot, cold, expectObservable }) => {
      const ended = (label$: string, withinMs?: number): ReturnType<typeof hot> => {
        const options = { key: 'id', ...(withinMs !== undefined && { withinMs }) }
        const values = { x: labelOf(1), y: labelOf(2) }
        return cold('a-b|', { a: payment(1), b: payment(2) }).pipe(
          joinLabels(create(), hot(label$, values), options),
          map(({ update }) => (update ? 'learned' : 'predicted')),
        ) as never
      }
      const values = { p: 'predicted', l: 'learned' }
      expectObservable(ended('-------y--x---')).toBe('p-p----l--(l|)', values)
      expectObservable(ended('-------y----|')).toBe('p-p----l----|', values)
      expectObservable(ended('-------y------', 9)).toBe('p-p----l-|', values)
      expectObservable(ended('-x-y----------')).toBe('plp(l|)', values)
    })
  })

  it('takes the time from rows and labels where a column is named, in whatever order they tell it', () => {
    const model = create()
    const events: string[] = []
    fromModel(model).subscribe((event) => event.kind === 'unjoined' && events.push(`${event.key} ${event.reason}`))
    const [row$, label$] = [new Subject<Payment>(), new Subject<object>()]
    const seen: (number | undefined)[] = []
    row$.pipe(joinLabels(model, label$, { key: 'id', withinMs: 100, time: 'at' })).subscribe(({ update }) => {
      seen.push(update?.step)
    })
    row$.next({ ...payment(1), at: 1000 })
    row$.next({ ...payment(2), at: 1050 })
    label$.next({ ...labelOf(1), at: '1970-01-01T00:00:01.099Z' })
    // An older label does not set the time back, and one without a time lets none pass.
    label$.next({ ...labelOf(7), at: 1020 })
    label$.next(labelOf(2))
    row$.next({ ...payment(3), at: 1100 })
    label$.next({ ...labelOf(8), at: 1200 })
    label$.next({ ...labelOf(3), at: 1201 })
    expect(seen).toEqual([undefined, undefined, 1, 2, undefined])
    expect(events).toEqual(['3 expired', '7 orphaned', '3 late'])
    // A row without a time counts as one of the latest time that was told, which was not the last.
    label$.next({ ...labelOf(9), at: 1150 })
    row$.next(payment(4))
    label$.next({ ...labelOf(4), at: 1300 })
    expect(seen.at(-1)).toBe(3)
  })

  it('gives up the same rows and labels wherever its times begin, and whatever comes before a time is told', () => {
    const lost = (first: number): readonly string[] => {
      const model = create()
      const events: string[] = []
      fromModel(model).subscribe((event) => event.kind === 'unjoined' && events.push(`${event.key} ${event.reason}`))
      const send = (to: Model<Payment>, turns: (row$: Subject<Payment>, label$: Subject<object>) => void): void => {
        const [row$, label$] = [new Subject<Payment>(), new Subject<object>()]
        const subscription = row$
          .pipe(joinLabels(to, label$, { key: 'id', withinMs: 100, time: 'at' }))
          .subscribe({ error: (error) => events.push(`${error}`) })
        turns(row$, label$)
        subscription.unsubscribe()
      }
      send(model, (row$, label$) => {
        row$.next(payment(1))
        row$.next(payment(2))
        label$.next(labelOf(9))
      })
      const saved = encodeSnapshot(model.snapshot())
      model.restore(decodeSnapshot(saved))
      send(model, (row$, label$) => {
        row$.next({ ...payment(3), at: first })
        label$.next({ ...labelOf(1), at: first + 99 })
        row$.next({ ...payment(4), at: first + 50 })
        row$.next({ ...payment(5), at: first + 100 })
        label$.next({ ...labelOf(4), at: first + 100 })
      })
      expect(model.counters.learned).toBe(2)
      return events
    }
    for (const first of [1.7e12, 100, 0, -1, -99, -1e12])
      expect(lost(first), `${first}`).toEqual(['2 expired', '3 expired', '9 orphaned'])
  })

  it('scores each row once, when its label comes, by its first prediction and that of the baselines then', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(12), { minLength: 20, maxLength: 40 }), (delays) => {
        const turns = turnsOf(delays)
        const model = create()
        const label$ = new Subject<Label>()
        const row$ = new Subject<Payment>()
        let report: metrics.ScoreboardReport | undefined
        const kappa = [metrics.accuracy(), metrics.logLoss()]
        row$
          .pipe(joinLabels<Payment>(model, label$, { key: 'id' }), evaluate(model, { metrics: kappa }))
          .subscribe((evaluation) => {
            report = evaluation.report()
          })
        // By hand: what was predicted when the row came, by the model, by the last label, and by the most frequent one.
        const first = new Map<number, { hit: boolean; scored: boolean; last: boolean; most: boolean }>()
        const known: boolean[] = []
        const at = new Map<number, () => { hit: boolean; last: boolean; most: boolean; scored: boolean }>()
        for (const turn of turns)
          if ('row' in turn) {
            row$.next(payment(turn.row))
            const truth = labelOf(turn.row).fraud
            const value = model.predict(payment(turn.row)).value
            const [last, yes, count] = [known.at(-1), known.filter(Boolean).length, known.length]
            const scored = count > 0
            at.set(turn.row, () => ({
              scored,
              hit: value === truth,
              last: last === truth,
              most: 2 * yes > count || (2 * yes === count && known[0] === true) ? truth : !truth,
            }))
          } else {
            label$.next(labelOf(turn.label))
            known.push(labelOf(turn.label).fraud)
            first.set(turn.label, (at.get(turn.label) as NonNullable<ReturnType<typeof at.get>>)())
          }
        const scored = [...first.values()].filter((each) => each.scored)
        const share = (of: 'hit' | 'last'): number => scored.filter((each) => each[of]).length / scored.length
        expect(report?.rows).toBe(scored.length)
        expect(report?.unscored).toBe(first.size - scored.length)
        expect(report?.metrics[0]?.model.cumulative).toBeCloseTo(share('hit'), 12)
        expect(report?.metrics[0]?.baselines['no-change']?.cumulative).toBeCloseTo(share('last'), 12)
      }),
      { numRuns: runs(20) },
    )
  })

  it('continues from a snapshot at any point as if it had never stopped', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 10, maxLength: 30 }), fc.nat(1000), (delays, place) => {
        const turns = turnsOf(delays)
        const cut = place % turns.length
        const config = { capacity: 4 }
        const whole = scored(create(), turns, config)
        const first = create()
        scored(first, turns.slice(0, cut), config)
        const second = create()
        second.restore(decodeSnapshot(encodeSnapshot(first.snapshot())))
        const rest = scored(second, turns.slice(cut), config)
        expect(rest.model.snapshot()).toEqual(whole.model.snapshot())
        if (cut < turns.length - 1) expect(rest.report).toEqual(whole.report)
      }),
      { numRuns: runs(20) },
    )
  })

  it('knows the cursor of its last row or label where both are of one source, so that it goes on behind it', () => {
    const place = (i: number, event: object): object => ({ ...event, place: i })
    const events = [payment(0), payment(1), labelOf(0), labelOf(3), payment(2), labelOf(0), labelOf(2)].map(
      (event, i) => place(i, event),
    )
    const created = () =>
      createModel({
        ...{ features: { amount: numeric() }, target: { fraud: category({ values: [false, true] }) } },
        ...{ layers: [dense(1)], cursor: 'place' },
      }) as unknown as Model<object>
    const cursors = (model: Model<object>, given: readonly object[], sameSource: boolean): unknown[] => {
      const [row$, label$] = [new Subject<object>(), new Subject<object>()]
      const running = row$.pipe(joinLabels(model, label$, { key: 'id', sameSource, time: 'at' })).subscribe()
      const found = given.map((event) => {
        if ('amount' in event) row$.next(event)
        else label$.next(event)
        return model.cursor
      })
      running.unsubscribe()
      return found
    }
    const whole = created()
    expect(cursors(whole, events, true)).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(cursors(created(), events, false)).toEqual([0, 1, 1, 1, 4, 4, 4])
    for (let cut = 1; cut < events.length; cut++) {
      const first = created()
      cursors(first, events.slice(0, cut), true)
      const second = created()
      second.restore(first.snapshot())
      cursors(second, events.slice((second.cursor as number) + 1), true)
      expect(second.snapshot()).toEqual(whole.snapshot())
    }
  })

  it('saves what waits while it is subscribed as it does afterwards, and finds a restored state at once', () => {
    const model = create()
    const [row$, label$] = [new Subject<Payment>(), new Subject<Label>()]
    const seen: Joined<Payment>[] = []
    const subscription = row$.pipe(joinLabels<Payment>(model, label$, { key: 'id' })).subscribe((joined) => {
      seen.push(joined as Joined<Payment>)
    })
    row$.next(payment(1))
    const then = model.snapshot()
    label$.next(labelOf(1))
    row$.next(payment(2))
    model.restore(then)
    expect(model.snapshot().kept).toEqual(then.kept)
    label$.next(labelOf(1))
    expect(seen.at(-1)?.update).toBeDefined()
    expect(seen.at(-1)?.labels).toEqual({ ...none, joined: 1 })
    const during = model.snapshot().kept
    subscription.unsubscribe()
    expect(model.snapshot().kept).toEqual(during)
  })

  it('refuses what is no Observable of labels', () => {
    const join = (label$: unknown) => () => joinLabels(create(), label$ as never, { key: 'id' })
    for (const given of [undefined, 5, {}, [1]])
      expect(join(given)).toThrow(/^joinLabels: label\$ is .*; expected an Observable of labels/)
  })

  it('refuses a hostile snapshot whole, while it is subscribed and when it is subscribed', () => {
    const model = create()
    run(model, [...rows(1, 2), ...labels(2, 5)])
    const whole = model.snapshot()
    const kept = whole.kept.joinLabels as Record<string, unknown[]>
    const torn = (part: string, value: unknown): Snapshot => ({
      ...whole,
      kept: { joinLabels: { ...kept, [part]: value } },
    })
    const [row] = kept.waiting as { held: object }[]
    const wrongs = [
      torn('waiting', {}),
      torn('waiting', [{ ...row, key: 1 }]),
      torn('waiting', [{ ...row, at: Number.NaN }]),
      torn('waiting', [{ ...row, held: { ...row?.held, outputs: [1] } }]),
      torn('waiting', [null]),
      torn('early', [{ key: 'a', at: 0, label: 3 }]),
      torn('settled', [{ key: 'a', joined: 1 }]),
      torn('counts', { joined: -1 }),
      torn('newest', Infinity),
      torn('step', 'a'),
      { ...whole, kept: { joinLabels: 3 } },
    ]
    const errors = wrongs.map((snapshot) => {
      const row$ = new Subject<Payment>()
      const other = create()
      const held = row$.pipe(joinLabels(other, NEVER, { key: 'id' })).subscribe()
      row$.next(payment(3))
      const before = other.snapshot()
      expect(() => other.restore(snapshot)).toThrow(/^restore: the snapshot's kept.joinLabels .* /)
      expect(other.snapshot()).toEqual(before)
      held.unsubscribe()
      other.restore(snapshot)
      let error: unknown
      row$.pipe(joinLabels(other, NEVER, { key: 'id' })).subscribe({
        error: (each) => {
          error = each
        },
      })
      // It has given the model back.
      other.learn({ ...payment(1), fraud: true })
      return error
    })
    for (const error of errors) expect(`${error}`).toMatch(/^TypeError: keep: what the model keeps as 'joinLabels' /)
  })

  it('stays bounded as pending rows, labels and keys come without end', () => {
    const model = create()
    const config = { key: 'id', capacity: 50 }
    const ids = Array.from({ length: 3000 }, (_, i) => i)
    const [row$, label$] = [new Subject<Payment>(), new Subject<Label>()]
    const counts: metrics.ScoreboardReport[] = []
    let last: Joined<Payment> | undefined
    row$
      .pipe(
        joinLabels<Payment>(model, label$, config),
        tap((joined) => {
          last = joined as Joined<Payment>
        }),
        evaluate(model),
      )
      .subscribe((evaluation) => evaluation.step % 1000 === 0 && counts.push(evaluation.report()))
    for (const id of ids) {
      row$.next(payment(id))
      if (id % 3 === 0) label$.next(labelOf(id - 20))
      if (id % 5 === 0) label$.next(labelOf(id + 1e6))
    }
    const { labels } = last as Joined<Payment>
    expect(labels.waiting).toBeLessThanOrEqual(50)
    expect(labels.early).toBeLessThanOrEqual(50)
    const kept = model.snapshot().kept as Record<string, Record<string, unknown[]>>
    expect(kept.joinLabels?.settled?.length).toBe(50)
    expect(kept.evaluate?.foresight?.length).toBeLessThanOrEqual(60)
    const { learned, unlabelled } = model.counters
    expect(learned + unlabelled + labels.waiting).toBe(ids.length)
  })

  it('gives a lag of the target its label once that has come', async () => {
    const model = createModel({
      features: { before: lag('power', 1) },
      target: { power: numeric() },
      layers: [dense(1)],
    }) as unknown as Model<{ id: number; power?: number }>
    const twin = createModel({
      features: { before: numeric() },
      target: { power: numeric() },
      layers: [dense(1)],
    }) as unknown as Model<{ before: number | null; power?: number }>
    const [row$, label$] = [new Subject<{ id: number }>(), new Subject<object>()]
    const predicted: unknown[] = []
    row$.pipe(joinLabels(model, label$, { key: 'id' })).subscribe(({ predictions, update }) => {
      if (!update) predicted.push(predictions?.value)
    })
    const power = (id: number): number => 10 + ((id * 5) % 7)
    const expected: unknown[] = []
    // Each label comes two rows later; by then, the last label that is known is that of three rows before.
    const knownAt = (id: number): number | null => (id < 3 ? null : power(id - 3))
    for (let id = 0; id < 40; id++) {
      row$.next({ id })
      expected.push(twin.predict({ before: knownAt(id) }).value)
      if (id < 2) continue
      label$.next({ id: id - 2, power: power(id - 2) })
      twin.learn({ before: knownAt(id - 2), power: power(id - 2) })
    }
    expect(predicted).toEqual(expected)
    expect(model.parameters).toEqual(twin.parameters)
  })

  it('waits for all targets of a row, of which a label brings those that the row lacks or has otherwise', () => {
    const model = createModel({
      features: { x: numeric() },
      target: { a: numeric(), b: numeric() },
      layers: [dense(2)],
    }) as unknown as Model<{ id: number; x: number; a?: number; b?: number }>
    const [row$, label$] = [new Subject<{ id: number; x: number; a?: number }>(), new Subject<object>()]
    const seen: (readonly number[])[] = []
    row$.pipe(joinLabels(model, label$, { key: 'id' })).subscribe(({ actual }) => {
      seen.push([...actual])
    })
    row$.next({ id: 1, x: 1, a: 3 })
    row$.next({ id: 2, x: 1 })
    label$.next({ id: 1, a: 4, b: 5 })
    label$.next({ id: 2, a: 6 })
    label$.next({ id: 2, a: 6, b: 7 })
    expect(seen).toEqual([
      [Number.NaN, Number.NaN],
      [Number.NaN, Number.NaN],
      [4, 5],
      [6, 7],
    ])
    expect(model.counters).toMatchObject({ learned: 2, unlabelled: 0 })
  })

  it('learns a row that brings one target with the label that brings the other, whichever comes first', () => {
    type Two = { readonly id: number; readonly x: number; readonly y?: number | null; readonly z?: number | null }
    const two = () =>
      createModel({
        features: { x: numeric(), last: lag('y', 1) },
        target: { y: numeric(), z: numeric() },
        layers: [dense(2)],
      }) as unknown as Model<Two>
    const [model, twin] = [two(), two()]
    const [row$, label$] = [new Subject<Two>(), new Subject<object>()]
    row$.pipe(joinLabels(model, label$, { key: 'id' })).subscribe()
    for (let id = 0; id < 12; id++) {
      const row = { id, x: (id * 5) % 7, y: id % 4 }
      const label = { id, ...[{}, { y: null }, { y: undefined }, { y: 3 }][id % 4], z: id % 3 }
      if (id % 2 === 0) label$.next(label)
      row$.next({ ...row, ...(id % 5 === 0 && { z: null }) })
      if (id % 2 === 1) label$.next(label)
      twin.learn({ ...row, y: id % 4, z: id % 3 })
    }
    expect(model.counters).toMatchObject({ learned: 12, unlabelled: 0 })
    expect(model.parameters).toEqual(twin.parameters)
  })

  it('equals learn where every row brings its label', async () => {
    const [one, other] = [create(), create()]
    const whole = [1, 2, 3, 4, 5].map((id) => ({ ...payment(id), fraud: labelOf(id).fraud }))
    const a = await lastValueFrom(from(whole).pipe(learn(one), toArray()))
    const b = await lastValueFrom(from(whole).pipe(joinLabels(other, EMPTY, { key: 'id' }), toArray()))
    expect(b.map(({ losses, predictions, step }) => [losses, predictions, step])).toEqual(
      a.map(({ losses, predictions, step }) => [losses, predictions, step]),
    )
    expect(other.parameters).toEqual(one.parameters)
  })

  it('passes an error of the labels on, and gives the model back', async () => {
    const model = create()
    const failing = concat(from([labelOf(1)]), new Subject<Label>())
    const seen: unknown[] = []
    const failure = new Error('of the labels')
    const label$ = new Subject<Label>()
    NEVER.pipe(joinLabels(model, label$ as never, { key: 'id' })).subscribe({ error: (each) => seen.push(each) })
    label$.error(failure)
    expect(seen).toEqual([failure])
    NEVER.pipe(joinLabels(model, failing, { key: 'id' }))
      .subscribe()
      .unsubscribe()
    model.learn({ ...payment(1), fraud: true })
  })
})

/** The rows in order, each label so many rows later; labels of one time in the order of their rows. */
const turnsOf = (delays: readonly number[]): Turn[] =>
  delays
    .flatMap((delay, id) => [
      { at: id, order: 1, turn: { row: id } as Turn },
      { at: id + delay, order: 2, turn: { label: id } as Turn },
    ])
    .sort((a, b) => a.at - b.at || a.order - b.order)
    .map(({ turn }) => turn)

const scored = (model: Model<Payment>, turns: readonly Turn[], config: object) => {
  const [row$, label$] = [new Subject<Payment>(), new Subject<Label>()]
  let report: unknown
  const subscription = row$
    .pipe(joinLabels<Payment>(model, label$, { key: 'id', ...config, time: 'id' }), evaluate(model))
    .subscribe((evaluation) => {
      report = evaluation.report()
    })
  for (const turn of turns)
    if ('row' in turn) row$.next(payment(turn.row))
    else label$.next(labelOf(turn.label))
  subscription.unsubscribe()
  return { model, report }
}
