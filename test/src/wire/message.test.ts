import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeMessage, encodeMessage, type Message, MessageError, PROTOCOL } from '../../../src/wire/index.js'
import { runs } from '../../runs.js'
import { description } from './description.js'

const score = { cumulative: 1.5, rolling: Number.NaN, fading: Infinity }
const messages: readonly Message[] = [
  { type: 'hello', protocol: PROTOCOL },
  { type: 'hello', protocol: PROTOCOL, model: 'power', want: ['frame', 'status'] },
  {
    type: 'welcome',
    protocol: PROTOCOL,
    model: 'power',
    models: ['power'],
    epoch: 2 ** 32 - 1,
    step: 2 ** 53 - 1,
    description,
  },
  {
    type: 'evaluation',
    step: 5,
    rows: 5,
    unscored: 0,
    metrics: [{ name: 'MAE', better: 'lower', model: score, baselines: { 'no-change': score } }],
  },
  {
    type: 'sample',
    step: 5,
    x: [1.25, Number.NaN, -1],
    y: [2],
    row: { room: 'A', on: true },
    predicted: 'UP',
    loss: 0.1,
  },
  { type: 'sample', step: 5, x: [] },
  { type: 'event', kind: 'drift', step: 5, text: 'Page-Hinkley', count: 2 },
  { type: 'status', step: 5, rows: 7, rowsPerSecond: 3.5, clients: 1 },
  { type: 'error', code: 'model', text: 'no' },
]

test.each(messages.map((message) => [message.type, message] as const))('%s is decoded unchanged', (_, message) => {
  expect(decodeMessage(encodeMessage(message))).toEqual(message)
})

test('a category beyond the welcome keeps its order of columns, and a field its order', () => {
  const welcome = messages[2]
  const back = decodeMessage(encodeMessage(welcome))
  expect(JSON.stringify(back)).toBe(JSON.stringify(welcome))
})

test('a message may be at any place in a buffer, and is decoded as a copy', () => {
  const bytes = encodeMessage(messages[1])
  const first = Uint8Array.from(bytes)
  for (let i = 0; i < 100; i += 1) encodeMessage(messages[2])
  expect(bytes).toEqual(first)
  const moved = new Uint8Array(bytes.length + 8)
  moved.set(bytes, 3)
  expect(decodeMessage(moved.subarray(3, 3 + bytes.length))).toEqual(messages[1])
})

const refused: readonly (readonly [string, unknown, string])[] = [
  ['no type', {}, 'message.type is undefined; expected hello, welcome'],
  ['a type of the prototype', { type: 'constructor' }, 'message.type is "constructor"'],
  ['an object that cannot be turned into text', { type: { toString: 1 } }, 'message.type is an object'],
  ['a protocol of text', { type: 'hello', protocol: '1' }, 'hello.protocol is "1"; expected a whole number.'],
  [
    'an unknown want',
    { type: 'hello', protocol: 1, want: ['frames'] },
    'hello.want[0] is "frames"; expected frame, hist',
  ],
  ['a list', [1, 2], 'message is an array of 2; expected an object'],
  [
    'a step beyond 2⁵³',
    { type: 'status', step: 2 ** 53, rows: 1, rowsPerSecond: 1, clients: 1 },
    'status.step is 9007',
  ],
  ['x of text', { type: 'sample', step: 1, x: [1, 'a'] }, 'sample.x[1] is "a"; expected a number.'],
  ['a nested row', { type: 'sample', step: 1, x: [], row: { a: {} } }, 'sample.row.a is an object; expected text'],
  [
    'a field without a kind',
    change({ features: { t: { kind: 'magic' } } }),
    'welcome.description.features.t.kind is "magic"',
  ],
  [
    'a node that reads a later one',
    change({ circuit: { nodes: [{ op: 'neg', inputs: [0], shape: [] }], outputs: {} } }),
    'welcome.description.circuit.nodes[0].inputs[0] is 0; expected an earlier node',
  ],
  [
    'an output that is not a node',
    change({ circuit: { nodes: [], outputs: { f: 0 } } }),
    'outputs.f is 0; expected a node',
  ],
]

function change(part: object): unknown {
  return { ...messages[2], description: { ...description, ...part } }
}

test.each(refused)('%s is refused with its place', (_, value, says) => {
  expect(() => decodeMessage(encodeMessage(value as Message))).toThrow(MessageError)
  expect(() => decodeMessage(encodeMessage(value as Message))).toThrow(says)
})

test('attributes that are nested too deeply are refused', () => {
  let attributes: Record<string, unknown> = { value: 1 }
  for (let i = 0; i < 50; i += 1) attributes = { deeper: attributes }
  const nodes = [{ op: 'input', inputs: [], shape: [], attributes }]
  const deep = change({ circuit: { nodes, outputs: {} } })
  expect(() => decodeMessage(encodeMessage(deep as Message))).toThrow('no more than 16 levels')
})

test('any bytes give a message or a MessageError', () => {
  const refuses = (bytes: Uint8Array): void => {
    try {
      decodeMessage(bytes)
    } catch (error) {
      expect(error).toBeInstanceOf(MessageError)
    }
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), refuses), { numRuns: runs(10_000) })
  const whole = messages.map(encodeMessage)
  fc.assert(
    fc.property(fc.constantFrom(...whole), fc.nat(), fc.nat(255), fc.nat(), (bytes, at, value, end) => {
      const changed = bytes.slice(0, bytes.length - (end % 3))
      changed[at % changed.length] = value
      refuses(changed)
    }),
    { numRuns: runs(25_000) },
  )
  refuses(new Uint8Array(60_000).fill(0x91))
})

/** All places of a message's parts, and the message with a part of no type that the protocol has at such a place. */
const withoutSense = function* (
  part: unknown,
  at: string,
  put: (part: unknown) => unknown,
): Generator<[string, unknown]> {
  yield [at, put(new Uint8Array(1))]
  if (typeof part !== 'object' || part === null) return
  for (const [key, inner] of Object.entries(part)) {
    const copy = (value: unknown): unknown =>
      Array.isArray(part) ? part.map((each, i) => (String(i) === key ? value : each)) : { ...part, [key]: value }
    yield* withoutSense(inner, Array.isArray(part) ? `${at}[${key}]` : `${at}.${key}`, (value) => put(copy(value)))
  }
}

test.each(messages.map((message) => [message.type, message] as const))(
  '%s: a part of a wrong type is refused with its place and what was expected there',
  (type, message) => {
    let places = 0
    for (const [at, value] of withoutSense(message, type, (part) => part)) {
      places++
      let refusal = ''
      try {
        decodeMessage(encodeMessage(value as Message))
      } catch (error) {
        expect(error, at).toBeInstanceOf(MessageError)
        refusal = (error as Error).message
      }
      const place = at === type || at === `${type}.type` ? at.replace(type, 'message') : at
      expect(refusal, at).toMatch(/ is .*; expected \S.*\.$/)
      expect(place, refusal).toContain(refusal.split(' is ', 1)[0])
    }
    expect(places).toBeGreaterThan(2)
  },
)
