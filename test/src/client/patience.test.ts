import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Connection, connect, type Incoming } from '../../../src/client/index.js'
import type { Message } from '../../../src/wire/index.js'
import { runs } from '../../runs.js'
import { describe as describeModel } from '../node/server/standIn.js'
import { type FakeEnd, fakeNet } from './fakeSocket.js'

// How long a client waits before it tries again, and before it gives up a silent connection. The test has its own clock.

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const [firstMs, mostMs, silenceMs] = [100, 5000, 2000]
const description = describeModel()
const welcome: Message = {
  ...{ type: 'welcome', protocol: 1, model: 'power', models: ['power'], epoch: 1, step: 0, description },
}
const options = { firstMs, mostMs, timeoutMs: 0x7fffffff }

interface Line {
  readonly connection: Connection
  readonly ends: FakeEnd[]
}
const lineOf = (given: { silenceMs?: number }): Line => {
  const ends: FakeEnd[] = []
  const { WebSocket } = fakeNet((end) => ends.push(end))
  return { connection: connect('http://box:1/', { WebSocket, ...options, ...given }), ends }
}

/** The states in which a connection may be when it is lost. */
const stages: Readonly<Record<string, (end: FakeEnd) => void>> = {
  'before it is open': () => {},
  'before the welcome': (end) => end.accept(),
  'after the welcome': (end) => {
    end.accept()
    end.send(welcome)
  },
}
const losses: Readonly<Record<string, (end: FakeEnd) => void>> = {
  closed: (end) => end.hangUp(1006),
  'told of an error': (end) => end.send({ type: 'error', code: 'flood', text: 'too much' }),
  'sent what is no message': (end) => end.send(Uint8Array.of(0x85)),
}

describe('the waits between attempts', () => {
  const life = fc.record({
    stage: fc.constantFrom(...Object.keys(stages)),
    loss: fc.constantFrom(...Object.keys(losses)),
    /** How long the connection lasted, after a wait of which half may have passed since it was made. */
    heldMs: fc.oneof(
      { weight: 6, arbitrary: fc.nat(mostMs / 2 - 10) },
      { weight: 1, arbitrary: fc.constant(mostMs + 1) },
    ),
  })
  test('double from loss to loss up to the longest, and begin anew after a connection that lasted longer', () => {
    fc.assert(
      fc.property(fc.array(life, { minLength: 1, maxLength: 14 }), (lives) => {
        vi.clearAllTimers()
        const { connection, ends } = lineOf({ silenceMs: 1e9 })
        let tries = 0
        lives.forEach(({ stage, loss, heldMs }, i) => {
          expect(ends.length).toBe(i + 1)
          const end = ends[i]!
          stages[stage]!(end)
          vi.advanceTimersByTime(heldMs)
          losses[loss]!(end)
          if (heldMs > mostMs) tries = 0
          const whole = Math.min(firstMs * 2 ** tries, mostMs)
          vi.advanceTimersByTime(whole / 2 - 1)
          expect(ends.length, `too early after ${tries} losses`).toBe(i + 1)
          vi.advanceTimersByTime(whole / 2 + 1)
          expect(ends.length, `too late after ${tries} losses`).toBe(i + 2)
          tries++
        })
        connection.close()
        expect(vi.getTimerCount()).toBe(0)
      }),
      { numRuns: runs(300) },
    )
  })
})

describe('a connection', () => {
  const said: Readonly<Record<Exclude<Incoming['type'], 'line' | 'frame'>, Message>> = {
    welcome,
    status: { type: 'status', step: 1, rows: 1, rowsPerSecond: 1, clients: 1 },
    sample: { type: 'sample', step: 0, x: [] },
    history: { type: 'history', messages: [] },
    event: { type: 'event', kind: 'drift', step: 1, text: 'a drift', count: 1 },
    evaluation: { type: 'evaluation', step: 1, rows: 1, unscored: 0, metrics: [] },
  }
  test.each(Object.entries(said))('that receives a %s now and then outlasts its silence limit', (_, message) => {
    const { connection, ends } = lineOf({ silenceMs })
    ends[0]!.accept()
    ends[0]!.send(welcome)
    for (let i = 0; i < 20; i++) {
      vi.advanceTimersByTime(silenceMs * 0.9)
      ends[0]!.send(message)
      expect(ends[0]!.closed).toBe(false)
    }
    // Once nothing arrives any more it is given up, neither before the limit nor much after it.
    vi.advanceTimersByTime(silenceMs)
    expect(ends[0]!.closed).toBe(false)
    vi.advanceTimersByTime(silenceMs / 2 + 1)
    expect(ends[0]!.closed).toBe(true)
    connection.close()
    expect(vi.getTimerCount()).toBe(0)
  })
  test.each(Object.entries(stages))('that falls silent %s is given up, too', (_, stage) => {
    const { connection, ends } = lineOf({ silenceMs })
    stage(ends[0]!)
    vi.advanceTimersByTime(silenceMs)
    expect(ends[0]!.closed).toBe(false)
    vi.advanceTimersByTime(silenceMs / 2 + 1)
    expect(ends[0]!.closed).toBe(true)
    connection.close()
    expect(vi.getTimerCount()).toBe(0)
  })
})
