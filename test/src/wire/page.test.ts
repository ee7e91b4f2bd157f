import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ops } from '../../../src/autodiff/ops.js'
import { bringSparse } from '../../../src/autodiff/sparse.js'
import { fieldKinds } from '../../../src/features/kinds.js'
import * as losses from '../../../src/losses/index.js'
import {
  FORGETTING,
  FURTHEST_TRUSTED,
  NO_SPREAD,
  RESTART_AFTER,
  TAKEN_AS,
  TRUST_FROM,
} from '../../../src/program/rules.js'
import { closeCodes, encodeFrame, failureCodes, topics } from '../../../src/wire/index.js'

// The page that a stranger writes a client from names everything that a client may meet.

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
const page = read('src/wire/README.md')
bringSparse()
/** These ops occur in gradients alone, which no description has. */
const ofGradients = ['denseInput', 'outer', 'sparseOuter']

test.each([
  ['op', Object.keys(ops).filter((op) => !ofGradients.includes(op))],
  ['kind of field', Object.keys(fieldKinds)],
  ['kind of loss', Object.keys(losses)],
  ['topic', topics],
  ['failure', failureCodes],
])('the page names every %s', (_, names) => {
  for (const name of names) expect(page).toContain(`\`${name}\``)
})

test('the page names every close code, and no other', () => {
  const codes = [...page.matchAll(/\| ([14]\d{3}) (?=\|)/g)].map(([, code]) => Number(code))
  expect(codes.sort()).toEqual([...Object.values(closeCodes), 1009].sort())
})

test('the page has the magic of a frame, and every number of the functions', () => {
  const [a, b, c, d] = encodeFrame({ kind: 'publication', epoch: 0, layout: 0, step: 0, sections: [] })
  expect(page).toContain([a, b, c, d].map((byte) => byte?.toString(16).padStart(2, '0')).join(' '))
  const numbers = read('test/interop/functions.py').match(/\d+\.\d{3,}(e-?\d+)?/g) ?? []
  expect(numbers.length).toBeGreaterThan(40)
  for (const number of numbers) expect(page).toContain(number)
})

test('the page has the constants of the scalers', () => {
  for (const text of [
    `d·d > ${FURTHEST_TRUSTED ** 2}·σ²`,
    `n ≥ ${TRUST_FROM}`,
    `run + 1 ≥ ${RESTART_AFTER}`,
    `x = μ + ${TAKEN_AS}·√σ²`,
    `else μ − ${TAKEN_AS}·√σ²`,
    `max(1/n', ${FORGETTING})`,
    `(${NO_SPREAD}·μ')·μ'`,
  ])
    expect(page).toContain(text)
})
