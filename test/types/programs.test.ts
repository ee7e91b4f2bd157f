import { expect, it } from 'vitest'
import { snippets } from '../guide.js'
import { typeProblems } from './typeProblems.js'

const start = `
import { of } from 'rxjs'
import { backward, batch, category, createModel, dense, encode, evaluate, forward, gradient } from 'rxgrad'
import { learn, loss, numeric, predict, update } from 'rxgrad'
const model = createModel({
  features: { warmth: numeric(), room: category() },
  target: { power: numeric() },
  layers: [dense(1)],
})
const strict = createModel({
  features: { warmth: numeric({ missing: 'reject' }), room: category() },
  target: { power: numeric() },
  layers: [dense(1)],
})
const row$ = of({ warmth: 21, room: 'A', power: 310 })
`
/** Wrong programs, and what the first line of the compiler's message has to say. */
const wrong: Readonly<Record<string, string>> = {
  'row$.pipe(batch(32), encode(model))': 'batch(n) reads examples: encode(model) belongs in front of it.',
  'row$.pipe(encode(model), forward(model))': 'forward(model) reads batches: batch(n) belongs in front of it.',
  'row$.pipe(encode(model), gradient(model))': 'gradient(model) reads batches: batch(n) belongs in front of it.',
  'row$.pipe(encode(model), batch(1), loss())': 'loss() reads outputs: forward(model) belongs in front of it.',
  'row$.pipe(encode(model), batch(1), forward(model), backward())':
    'backward() reads losses: loss() belongs in front of it.',
  'row$.pipe(encode(model), batch(1), forward(model), loss(), update(model))':
    'update(model) reads gradients: gradient(model), or backward(), belongs in front of it.',
  'row$.pipe(predict(model), evaluate(model))': 'learn(model) belongs in front of it.',
  'row$.pipe(encode(model), learn(model))': 'learn(model) reads rows with warmth, which these do not have.',
  'of({ warmth: 3, power: 1 }).pipe(learn(model))': 'learn(model) reads rows with room, which these do not have.',
  'of([{ warmth: 3 }]).pipe(learn(model))': 'learn(model) reads rows with room, which these do not have.',
  'of({ room: "A" }).pipe(encode(model))': 'encode(model) reads rows with warmth, which these do not have.',
  'of({ room: "A" }).pipe(predict(model))': 'predict(model) reads rows with warmth, which these do not have.',
  'of({ warmth: "hot", room: "A" }).pipe(learn(model))': 'learn(model) reads rows in which warmth has another type.',
  'of({ warmth: 3 as number | null, room: "A" }).pipe(learn(strict))':
    "learn(model) reads rows in which warmth is never null or undefined, because its field has missing: 'reject'; filter",
  'of([{ warmth: 3 as number | undefined, room: "A" }]).pipe(learn(strict))':
    'warmth is never null or undefined, because',
  'of({ warmth: 3, room: "A" } as { warmth?: number; room: string }).pipe(predict(strict))':
    'predict(model) reads rows in which warmth is never null or undefined, because',
  'of({ warmth: 3 as number | null, room: {} }).pipe(encode(strict))':
    'encode(model) reads rows in which room has another type.',
}

// One compilation for all, because most of its time goes into the library's own types.
const problems = typeProblems({
  ...Object.fromEntries(snippets.map(({ code }, i) => [`guide-${i + 1}`, code])),
  ...Object.fromEntries(Object.keys(wrong).map((line, i) => [`wrong-${i + 1}`, `${start}${line}.subscribe()`])),
})

it('the programs of the README and the guide pass the type check', () => {
  expect(snippets.length).toBeGreaterThan(5)
  expect(problems.filter((problem) => problem.startsWith('guide-'))).toEqual([])
})

it('the first line of the message for stages in a wrong order, or for rows that do not fit, says what to do', () => {
  Object.entries(wrong).forEach(([line, sentence], i) => {
    const own = problems.filter((problem) => problem.startsWith(`wrong-${i + 1}: `))
    expect(own, line).toHaveLength(1)
    expect(own[0]?.split('\n')[0], line).toContain(sentence)
  })
})
