import { filter, firstValueFrom, from, lastValueFrom, tap } from 'rxjs'
import { afterEach, describe, expect, it } from 'vitest'
import {
  batch,
  broadcast,
  encode,
  evaluate,
  fromBroadcast,
  fromRows,
  gradient,
  learn,
  type Model,
  predict,
  update,
} from '../../operators/index.js'
import { connect, createServer, replica, type Server, UnknownModelError } from '../../src/node/index.js'
import type { Shown } from '../../src/wire/messages.js'
import { goodReadings, powerModel, type Reading, readings, type Visit, visitModel, visits } from './models.js'

/** A server that sends the states of certain calls, and records what it is shown. */
const standIn = (leaves: (call: number) => boolean) => {
  const shown: Shown[] = []
  let calls = 0
  return {
    shown,
    publish: () => leaves(calls++),
    show: (_: unknown, message: Shown) => {
      shown.push(message)
    },
  }
}

describe('broadcast', () => {
  it('passes its records on, and shows the latest row with each state that is sent', () => {
    const server = standIn((call) => call === 2)
    const model = powerModel()
    const rows = goodReadings(5)
    const steps: number[] = []
    from(rows)
      .pipe(learn(model), broadcast(server))
      .subscribe(({ step }) => steps.push(step))
    expect(steps).toEqual([1, 2, 3, 4, 5])
    expect(server.shown.map((message) => [message.type, (message as { step: number }).step])).toEqual([
      ['sample', 2],
      // The last row is shown at completion.
      ['sample', 4],
    ])
    expect(server.shown[0]).toMatchObject({ row: rows[2], y: [rows[2]?.power], x: [rows[2]?.temperature, 0] })
  })

  it('computes the scores only when a state is sent', () => {
    const server = standIn((call) => call === 2)
    const model = powerModel()
    let reports = 0
    from(goodReadings(4))
      .pipe(
        learn(model),
        evaluate(model),
        tap((evaluation) => {
          const { report } = evaluation
          Object.assign(evaluation, { report: () => ++reports && report() })
        }),
        broadcast(server),
      )
      .subscribe()
    expect(reports).toBe(2)
    expect(server.shown.map(({ type }) => type)).toEqual(['evaluation', 'sample', 'evaluation', 'sample'])
    // The first row was predicted before any label was learned.
    expect(server.shown[0]).toMatchObject({ step: 3, rows: 2, unscored: 1 })
  })

  it('shows the same row, whichever form it arrives in', () => {
    const rows = visits(21).filter(({ outcome }) => outcome)
    const shownBy = (form: (model: Model<Visit>, server: ReturnType<typeof standIn>) => void) => {
      const server = standIn(() => false)
      form(visitModel(), server)
      return server.shown
    }
    const one = shownBy((model, server) => from(rows).pipe(learn(model), broadcast(server)).subscribe())
    expect(one).toEqual([
      expect.objectContaining({ type: 'sample', step: 19, predicted: expect.any(String), loss: expect.any(Number) }),
    ])
    expect(shownBy((model, server) => from([rows]).pipe(learn(model), broadcast(server)).subscribe())).toEqual(one)
    const staged = shownBy((model, server) =>
      from(rows).pipe(encode(model), batch(1), gradient(model), update(model), broadcast(server)).subscribe(),
    )
    expect(staged).toEqual(one)
  })

  it('shows no row that the model rejected', () => {
    const server = standIn(() => true)
    const model = powerModel()
    from(readings(13)).pipe(learn(model), broadcast(server)).subscribe()
    expect(server.shown.length).toBe(12)
  })
})

describe('broadcast to a server', () => {
  const servers: Server[] = []
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())))
  const serve = async (...models: Model<Reading>[]): Promise<Server> => {
    const server = await createServer({ models: Object.fromEntries(models.map((m, i) => [`m${i}`, m])), maxHz: 200 })
    servers.push(server)
    return server
  }

  it('fails for a model that the server does not serve', async () => {
    const server = await serve(powerModel())
    const other$ = from(goodReadings(3)).pipe(learn(powerModel()), broadcast(server))
    await expect(lastValueFrom(other$)).rejects.toThrow(UnknownModelError)
  })

  it('sends states while rows are learned, and the last state after them', async () => {
    const model = powerModel()
    const server = await serve(model)
    const power = await replica<Reading>(server.url)
    const steps: number[] = []
    const following = lastValueFrom(fromBroadcast(power).pipe(tap((step) => steps.push(step))))
    const rows = goodReadings(4000)
    await lastValueFrom(fromRows(rows).pipe(learn(model), evaluate(model), broadcast(server)))
    while (power.step < 4000) await new Promise((later) => setTimeout(later, 5))
    power.close()
    await following
    expect(steps.at(-1)).toBe(4000)
    expect(steps.length).toBeGreaterThan(3)
    expect(steps).toEqual([...steps].sort((a, b) => a - b))
    const [row] = rows as readonly [Reading]
    const there = await lastValueFrom(from([row]).pipe(predict(power)))
    expect(there).toEqual(await lastValueFrom(from([row]).pipe(predict(model))))
  })

  it('sends a restored state to replicas and to clients that connect later', async () => {
    const [model, other] = [powerModel(), powerModel({ seed: 4 })]
    const rows = goodReadings(40)
    const [row] = rows as readonly [Reading]
    const server = await serve(model)
    const power = await replica<Reading>(server.url)
    const following = async (): Promise<void> => {
      server.publish(model)
      while (power.step < model.step) await new Promise((later) => setTimeout(later, 5))
      expect(power.predict(row)).toEqual(model.predict(row))
    }
    model.learn(rows.slice(0, 20))
    await following()
    const early = model.snapshot()
    const then = model.predict(row).value
    model.learn(rows.slice(20))
    await following()
    // The model is restored to an earlier step.
    model.restore(early)
    expect(model.predict(row).value).toBe(then)
    await following()
    // The model is restored to another state of the same step.
    while (other.step < model.step) other.learn(rows[other.step % 40] as Reading)
    model.restore(other.snapshot())
    expect(model.predict(row).value).not.toBe(then)
    await following()
    model.restore(early)
    // A model is copied once per period at most, so that the newest state may follow the welcome by a moment.
    const late = await replica<Reading>(server.url)
    while (late.step < model.step) await new Promise((later) => setTimeout(later, 5))
    expect(late.predict(row)).toEqual(model.predict(row))
    for (const each of [power, late]) each.close()
  })

  it('shows the scores to connected clients', async () => {
    const model = powerModel()
    const server = await serve(model)
    const connection = connect(server.url)
    await connection.welcome
    const final = firstValueFrom(
      fromBroadcast(connection).pipe(filter((message) => message.type === 'evaluation' && message.step === 50)),
    )
    await lastValueFrom(fromRows(goodReadings(50)).pipe(learn(model), evaluate(model), broadcast(server)))
    // The first row was predicted before any label was learned.
    expect(await final).toMatchObject({ type: 'evaluation', step: 50, rows: 49, unscored: 1 })
    connection.close()
  })
})
