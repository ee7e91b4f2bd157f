import { expect, test } from 'vitest'
import type { Live } from '../../../src/dashboard/page/live.js'
import { modelsOfferedIn, problemOf } from '../../../src/dashboard/problem.js'

const welcome = {} as Live['welcome']
const origin = 'https://box.example'

test('a page that never connected says what a proxy has to pass on, and what createServer can be given', () => {
  const never = problemOf({ line: 'connecting', reason: '', welcome: undefined }, 'connecting', 9, origin)
  expect(never).toBe(
    "Not connected; trying again. If there is a proxy before the server, let it pass on WebSockets and the Host, or give createServer allowOrigins: ['https://box.example'].",
  )
})

test('a page that was connected says how old is what it shows, and one that was refused says why', () => {
  expect(problemOf({ line: 'lost', reason: 'code 1006', welcome }, 'lost', 9, origin)).toBe(
    'Not connected (code 1006); trying again. What is shown is 9 s old.',
  )
  expect(problemOf({ line: 'open', reason: '', welcome }, 'stale', 9, origin)).toBe(
    'Stale: nothing has come for 9 s. What is shown is 9 s old.',
  )
  expect(problemOf({ line: 'over', reason: 'full', welcome }, 'lost', 9, origin)).toBe('full')
})

test('the models that a server offers are found in its refusal', () => {
  expect(modelsOfferedIn('there is no model; expected one of "a", "b".')).toEqual(['a', 'b'])
  expect(modelsOfferedIn('full')).toEqual([])
})
