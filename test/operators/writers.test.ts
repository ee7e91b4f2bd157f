import {
  asapScheduler,
  delay,
  EMPTY,
  from,
  lastValueFrom,
  NEVER,
  observeOn,
  repeat,
  retry,
  Subject,
  share,
  take,
  tap,
  toArray,
} from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  backward,
  batch,
  encode,
  forward,
  gradient,
  LayoutMismatchError,
  learn,
  loss,
  ModelInUseError,
  StaleForwardError,
  update,
} from '../../operators/index.js'
import { bitsOf, goodReadings, powerModel, type Reading } from './models.js'

const steps = (model = powerModel(), rows = goodReadings(20)) => ({
  model,
  update$: from(rows).pipe(encode(model), batch(8), gradient(model), update(model)),
})

describe('one writer', () => {
  it('a second subscription fails with an error that says what to do', async () => {
    const model = powerModel()
    const row$ = new Subject<Reading>()
    const update$ = row$.pipe(encode(model), batch(1), gradient(model), update(model))
    const errors: unknown[] = []
    const first = update$.subscribe()
    update$.subscribe({ error: (error) => errors.push(error) })
    expect(errors[0]).toBeInstanceOf(ModelInUseError)
    expect((errors[0] as Error).message).toBe(
      'update: update is writing the model already; put share() after it, or give each its own model.',
    )
    row$.next(goodReadings(1)[0] as Reading)
    expect(model.step).toBe(1)
    await expect(lastValueFrom(EMPTY.pipe(learn(model)))).rejects.toThrow(/^learn: update is writing the model already/)
    expect(() => model.learn(goodReadings(1)[0] as Reading)).toThrow(ModelInUseError)
    first.unsubscribe()
    model.learn(goodReadings(1)[0] as Reading)
    expect(model.step).toBe(2)
  })

  it('two readers share one writer', () => {
    const model = powerModel()
    const row$ = new Subject<Reading>()
    const learned$ = row$.pipe(learn(model), share())
    const seen: unknown[] = []
    learned$.subscribe(({ step }) => seen.push(step))
    learned$.subscribe(({ step }) => seen.push(step))
    row$.next(goodReadings(1)[0] as Reading)
    expect(seen).toEqual([1, 1])
  })

  it('can be taken again after teardown, and where completion, repeat and retry subscribe again', async () => {
    const { model, update$ } = steps()
    expect((await lastValueFrom(update$)).step).toBe(3)
    expect((await lastValueFrom(update$.pipe(take(2)))).step).toBe(5)
    expect((await lastValueFrom(update$.pipe(repeat(2)))).step).toBe(11)
    let failures = 0
    const flaky$ = from(goodReadings(3)).pipe(
      tap(() => {
        if (failures++ < 2) throw new Error('of the source')
      }),
      learn(model),
      retry(5),
    )
    expect((await lastValueFrom(flaky$)).step).toBe(14)
    let inside = 0
    update$.subscribe({
      complete: () => update$.subscribe(({ step }) => (inside = step)),
    })
    expect(inside).toBe(20)
  })

  it('drops the rows of a window that was not closed, and keeps everything else', () => {
    const rows = goodReadings(20)
    const [broken, plain] = [powerModel(), powerModel()]
    from(rows.slice(0, 11))
      .pipe(learn(broken, { batch: 8 }), take(11))
      .subscribe()
    from(rows.slice(8))
      .pipe(learn(broken, { batch: 8 }))
      .subscribe()
    from(rows)
      .pipe(learn(plain, { batch: 8 }))
      .subscribe()
    expect([broken.counters.discarded, plain.counters.discarded]).toEqual([3, 0])
    broken.restore({ ...broken.snapshot(), counters: plain.counters })
    plain.restore(plain.snapshot())
    expect(bitsOf(broken)).toBe(bitsOf(plain))
  })

  it('commits nothing after it is unsubscribed, even if that happens downstream at completion', () => {
    const model = powerModel()
    const row$ = new Subject<Reading>()
    const subscription = row$.pipe(learn(model, { batch: 8 })).subscribe(() => {
      row$.complete()
      subscription.unsubscribe()
    })
    row$.next(goodReadings(1)[0] as Reading)
    expect(model.step).toBe(0)
    model.learn(goodReadings(1)[0] as Reading)
  })

  it('lets others predict meanwhile', () => {
    const model = powerModel()
    NEVER.pipe(learn(model)).subscribe()
    from(goodReadings(3)).pipe(encode(model), batch(3), forward(model), loss(), backward()).subscribe()
    expect(model.predict(goodReadings(1)[0] as Reading).step).toBe(0)
  })
})

describe('asynchrony between forward and backward', () => {
  const rows = goodReadings(20)

  it('fails with a StaleForwardError', async () => {
    const model = powerModel()
    const late$ = from(rows).pipe(
      encode(model),
      batch(4),
      forward(model),
      delay(1),
      loss(),
      backward(),
      update(model),
      toArray(),
    )
    await expect(lastValueFrom(late$)).rejects.toThrow(StaleForwardError)
    await expect(lastValueFrom(late$)).rejects.toThrow(/put asynchrony before forward\(\), or use gradient\(model\)/)
    expect(model.step).toBeGreaterThan(0)
  })

  it('is harmless before forward', async () => {
    const [model, plain] = [powerModel(), powerModel()]
    const late$ = from(rows).pipe(
      observeOn(asapScheduler),
      encode(model),
      batch(4),
      forward(model),
      loss(),
      backward(),
      update(model),
    )
    await lastValueFrom(late$)
    from(rows)
      .pipe(learn(plain, { batch: 4 }))
      .subscribe()
    expect(bitsOf(model)).toBe(bitsOf(plain))
  })
})

describe('update', () => {
  it('refuses the gradient of a model of another configuration', async () => {
    const model = powerModel()
    const other = powerModel({ precision: 'f64' })
    const wrong$ = from(goodReadings(3)).pipe(encode(other), batch(3), gradient(other), update(model))
    await expect(lastValueFrom(wrong$)).rejects.toThrow(LayoutMismatchError)
    expect(model.step).toBe(0)
  })

  it('keeps all numbers finite through values that cannot be learned, and goes on learning', () => {
    for (const b of [1, 4]) {
      const model = powerModel()
      const rows = goodReadings(60).map((row, i) => (i % 10 === 5 ? { ...row, temperature: 1e200 } : row))
      from(rows).pipe(encode(model), batch(b), gradient(model), update(model)).subscribe()
      expect(model.counters.rejected).toBe(6)
      expect(model.step).toBe(Math.ceil(54 / b))
      expect([...model.parameters].every(Number.isFinite)).toBe(true)
    }
  })
})
