// In this example the rule by which loans are granted changes overnight. Two models learn the same applications. One
// merely goes on learning; the other has a detector that watches its mistakes, and a reaction: from the first warning on
// a second model is trained in its shadow, and takes over once it predicts better.

import { strict as assert } from 'node:assert'
import {
  category,
  createModel,
  dense,
  detectDrift,
  detectors,
  fromModel,
  fromRows,
  generators,
  learn,
  numeric,
  type Reacted,
  reactions,
} from 'rxgrad'
import { filter, lastValueFrom, take, toArray } from 'rxjs'

const CHANGE = 4000
const { abrupt, agrawal } = generators
// The third and the seventh of the rules of Agrawal, Imielinski and Swami: by age and education, then by income and debt.
const applications = abrupt(agrawal({ variant: 3 }), agrawal({ variant: 7, seed: 2 }), { at: CHANGE })

const create = () =>
  createModel({
    features: {
      ...{ salary: numeric(), commission: numeric(), age: numeric(), elevel: numeric(), loan: numeric() },
      ...{ car: numeric(), zipcode: numeric(), hvalue: numeric(), hyears: numeric() },
    },
    target: { label: category({ values: [0, 1] }) },
    layers: [dense(16, 'relu'), dense(2)],
  })
const [plain, watched] = [create(), create()]

const events: Reacted[] = []
fromModel(watched)
  .pipe(filter((event) => event.kind === 'reaction'))
  .subscribe((event) => {
    events.push(event)
    console.log(`Step ${event.step}: ${event.reason}.`)
  })

const row$ = fromRows(applications).pipe(take(2 * CHANGE))
const [without, withReaction] = await Promise.all([
  lastValueFrom(row$.pipe(learn(plain), toArray())),
  lastValueFrom(
    row$.pipe(learn(watched), detectDrift(watched, detectors.hddmW(), { react: reactions.shadow() }), toArray()),
  ),
])

type Learned = (typeof without)[number]
/** The share of applications, out of those from one to before another, that were predicted wrongly when they came. */
const missed = (learned: readonly Learned[], from: number, to: number): number =>
  learned.slice(from, to).filter(({ predictions, rows }) => predictions?.value !== rows[0]?.label).length / (to - from)
/** The number of applications after the change until fewer than one in ten of the last 200 were missed. */
const recovery = (learned: readonly Learned[]): number => {
  for (let i = CHANGE + 200; i < learned.length; i += 10) if (missed(learned, i - 200, i) < 0.1) return i - CHANGE
  return Infinity
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
for (const [name, learned] of Object.entries({ 'without a reaction': without, 'with a shadow': withReaction })) {
  const [before, after, end] = [
    [2000, CHANGE],
    [CHANGE, CHANGE + 1000],
    [7000, 8000],
  ].map(([from = 0, to = 0]) => percent(missed(learned, from, to)))
  console.log(`${name}: missed ${before} before the change, ${after} of the next 1000, ${end} in the end`)
  console.log(`  recovered after ${recovery(learned)} applications`)
}

assert.equal(events.length, 1)
assert.ok(missed(withReaction, CHANGE, CHANGE + 1000) < 0.85 * missed(without, CHANGE, CHANGE + 1000))
assert.ok(recovery(withReaction) < 0.6 * recovery(without))
