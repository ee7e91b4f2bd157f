// Measures what RxJS adds: each operator compared with its stage in a bare loop on W1's rows; then start-up and memory.
import { bufferCount, filter, from, map, scan } from 'rxjs'
import * as rxgrad from '../../dist/operators/index.js'
import { answerWith } from './answer.js'
import { measureFootprint } from './footprint.js'
import { nanosecondsEach } from './measure.js'
import { chunksOf, modelOf, objectsOf } from './model.js'
import { table } from './report.js'
import { createWorkload } from './workloads.js'

const BATCH = 32
const { backward, batch, encode, evaluate, forward, fromRows, learn, loss, predict, update } = rxgrad

/** Sends elements through operators to the end. */
const through =
  (elements, ...operators) =>
  () => {
    let seen = 0
    from(elements)
      .pipe(...operators)
      .subscribe({
        next: () => {
          seen++
        },
        error(error) {
          throw error
        },
      })
    return seen
  }
const loop = (elements, body) => () => {
  let last
  for (let i = 0; i < elements.length; i++) last = body(elements[i], i)
  return last
}
const groups = (elements, size) =>
  Array.from({ length: elements.length / size }, (_, i) => elements.slice(i * size, (i + 1) * size))

/** Returns each case's name, the run with an operator, and the run in a bare loop over the same stage, if any. */
const cases = (workload) => {
  const rows = objectsOf(workload).slice(0, 1024)
  const chunks = chunksOf(workload, 128).slice(0, 8)
  const numbers = rows.map((_, i) => i)
  const model = modelOf(workload)
  const { stages } = model
  const encodeRow = (row) => stages.encode(row)
  const examples = rows.map(encodeRow)
  const batches = groups(examples, BATCH).map(stages.batch)
  const forwards = batches.map(stages.forward)
  const losses = forwards.map(stages.loss)
  const gradients = losses.map(stages.backward)
  // What learns has a model of its own, because a forward is valid only as long as θ does not change.
  const learner = modelOf(workload)
  const held = (body) => () => {
    const writer = learner.stages.take('bench')
    try {
      return body(writer)
    } finally {
      writer.release()
    }
  }
  const fromRowsDone = () =>
    new Promise((resolve, reject) => fromRows(rows).subscribe({ complete: resolve, error: reject }))
  return [
    ['from(rows) alone', through(rows), loop(rows, (row) => row)],
    [
      'rxjs map',
      through(
        numbers,
        map((n) => n + 1),
      ),
      loop(numbers, (n) => n + 1),
    ],
    [
      'rxjs filter',
      through(
        numbers,
        filter((n) => n >= 0),
      ),
      loop(numbers, (n) => n >= 0),
    ],
    [
      'rxjs scan',
      through(
        numbers,
        scan((sum, n) => sum + n, 0),
      ),
      undefined,
    ],
    ['rxjs bufferCount(32)', through(numbers, bufferCount(BATCH)), undefined],
    ['fromRows(rows)', fromRowsDone, undefined],
    ['encode', through(rows, encode(model)), loop(rows, encodeRow)],
    ['batch(32)', through(examples, batch(BATCH)), loop(groups(examples, BATCH), stages.batch)],
    ['forward', through(batches, forward(model)), loop(batches, stages.forward)],
    ['loss', through(forwards, loss()), loop(forwards, stages.loss)],
    ['backward', through(losses, backward()), loop(losses, stages.backward)],
    ['predict', through(rows, predict(model)), loop(rows, (row) => model.predict(row))],
    [
      'update',
      through(gradients, update(learner)),
      held((writer) => loop(gradients, (g) => learner.stages.update(g, writer))()),
    ],
    ['learn, rows', through(rows, learn(learner)), held((writer) => loop(rows, (row) => writer.learn(row))())],
    ['learn, chunks of 128', through(chunks, learn(learner)), held((writer) => loop(chunks, (c) => writer.learn(c))())],
    ['learn, rows; evaluate', through(rows, learn(learner), evaluate(learner)), undefined],
    [
      'encode … update, all six',
      through(rows, encode(learner), batch(BATCH), forward(learner), loss(), backward(), update(learner)),
      undefined,
    ],
  ].map(([name, operator, bare]) => ({ name, operator, bare, rows: rows.length }))
}

const measureOperators = async (settings) => {
  const all = cases(createWorkload('W1'))
  const bodies = all.flatMap(({ operator, bare, rows }) =>
    [operator, ...(bare ? [bare] : [])].map((body) => ({ body, rows })),
  )
  const summaries = await nanosecondsEach(bodies, settings)
  const results = all.map(({ name, bare }) => ({
    ...{ name, operator: summaries.shift() },
    ...(bare && { bare: summaries.shift() }),
  }))
  const text = (summary) => (summary ? `${summary.median.toFixed(0)} ± ${(50 * summary.spread).toFixed(0)} %` : '–')
  const cells = results.map(({ name, operator, bare }) => [
    ...[name, text(bare), text(operator), bare ? (operator.median - bare.median).toFixed(0) : '–'],
  ])
  const head = ['operator', 'its stage in a loop, ns per row', 'in a pipe, ns per row', 'RxJS adds']
  return { results, markdown: `### overhead: RxJS, W1's objects, windows of ${BATCH}\n\n${table(head, cells)}\n` }
}

await answerWith(async ({ quick, rounds }) => {
  const operators = await measureOperators({ rounds, ms: quick ? 3 : 20, warmMs: quick ? 60 : 300 })
  const footprint = measureFootprint({ quick, rounds })
  return {
    markdown: `${operators.markdown}\n${footprint.markdown}`,
    results: { operators: operators.results, ...footprint.results },
  }
})
