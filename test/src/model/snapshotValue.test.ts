import { describe, expect, it } from 'vitest'
import { LayoutMismatchError, type Model, type Row, type Snapshot } from '../../../src/index.js'
import { bytesOf, kinds, make } from './kinds.js'

// A snapshot is a value: what is done to it changes neither the model that made it nor one that it was restored into.

const rowAt = (i: number): Row => ({
  ...{ a: (i % 7) / 2 - 1, b: (i % 5) / 2 - 1, hour: i % 24, power: i % 4, speed: i % 3, at: i },
  ...{ room: 'pqrs'[i % 4], side: i % 2 === 0 ? 'L' : 'R', words: [`w${i % 9}`, 'v'], more: ['m'] },
})
const learn = (model: Model, from: number, count: number): void => {
  for (let i = from; i < from + count; i++) model.learn(rowAt(i))
}

/** Overwrites everything writable in it, at any depth, but for lists of names, which never change and may be shared. */
const spoil = (value: unknown): void => {
  if (ArrayBuffer.isView(value)) new Uint8Array(value.buffer, value.byteOffset, value.byteLength).fill(0xa5)
  else if (typeof value === 'object' && value !== null)
    for (const [name, part] of Object.entries(value)) {
      if (name === 'vocabularies') continue
      if (typeof part === 'object' && part !== null) spoil(part)
      else if (!Object.isFrozen(value)) (value as Record<string, unknown>)[name] = 'spoilt'
    }
}
const spoilt = (snapshot: Snapshot): void => {
  const before = JSON.stringify(bytesOf(structuredClone(snapshot)))
  spoil(snapshot)
  expect(JSON.stringify(bytesOf(snapshot))).not.toBe(before)
}

it('state that is no plain data is refused by the name under which it is kept', () => {
  const model = make(Object.keys(kinds)[0] as string)
  const kept = model.stages.keep('scores', () => ({ best: () => 1 }))
  expect(kept.value.best()).toBe(1)
  const refusal = /kept\.scores is an object; expected plain data, as in { rows: 3 }\.$/
  expect(() => model.snapshot()).toThrow(refusal)
  kept.value = new Date() as never
  expect(() => model.snapshot()).toThrow(/kept\.scores is .*; expected plain data/)
})

describe.each(Object.keys(kinds))('%s', (name) => {
  it('overwriting a snapshot changes no model', () => {
    const [origin, resumed, straight] = [make(name), make(name), make(name)]
    const kept = origin.stages.keep('scores', () => ({ list: [1, 2] }))
    for (const model of [origin, straight]) learn(model, 0, 11)
    const state = bytesOf(origin.snapshot())

    const taken = origin.snapshot()
    spoilt(taken)
    expect(bytesOf(origin.snapshot())).toEqual(state)

    const given = origin.snapshot()
    resumed.restore(given)
    spoilt(given)
    expect(bytesOf(resumed.snapshot())).toEqual(state)
    expect(bytesOf(origin.snapshot())).toEqual(state)
    kept.release()

    // Nor does one model change the other through a snapshot that both have in common.
    const shared = origin.snapshot()
    const bytes = bytesOf(shared)
    resumed.restore(shared)
    learn(resumed, 11, 6)
    expect(bytesOf(shared)).toEqual(bytes)
    learn(origin, 11, 6)
    learn(straight, 11, 6)
    expect(origin.parameters).toEqual(straight.parameters)
    expect(resumed.parameters).toEqual(straight.parameters)
  })

  it('a snapshot that lacks a part is refused, and nothing of it is applied', () => {
    const [origin, other] = [make(name), make(name)]
    learn(origin, 0, 7)
    learn(other, 7, 4)
    const state = bytesOf(other.snapshot())
    const whole = origin.snapshot()
    // A model may have no cursor and no healthy state yet, and older snapshots have no settings, and no first step that learned.
    for (const part of Object.keys(whole).filter(
      (each) => !['cursor', 'healthy', 'settings', 'learnedSince'].includes(each),
    )) {
      const { [part as keyof Snapshot]: _, ...lacking } = whole
      expect(() => other.restore(lacking as Snapshot), part).toThrow(LayoutMismatchError)
      expect(bytesOf(other.snapshot()), part).toEqual(state)
    }
    other.restore(whole)
    expect(bytesOf(other.snapshot())).toEqual(bytesOf(origin.snapshot()))
  })
})
