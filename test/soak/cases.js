// What can grow with an endless supply: names, words, keys, labels that never come, and the windows of all that watches.
// A case is an operator of a fresh model, and `make(i)`, which returns the i-th element of its stream.
import { NEVER, pipe, Subject, tap } from 'rxjs'
import {
  bag,
  batch,
  category,
  compete,
  createModel,
  cross,
  dense,
  detectAnomalies,
  detectDrift,
  detectors,
  difference,
  encode,
  evaluate,
  experts,
  filled,
  forecast,
  gradient,
  hashed,
  intervals,
  joinLabels,
  lag,
  learn,
  learnByKey,
  numeric,
  recursiveLeastSquares,
  rolling,
  text,
  update,
  windowed,
} from '../../dist/operators/index.js'

/** Returns a number in [0, 1) that depends on its place alone. */
const uniform = (i) => {
  const t = Math.imul(i ^ (i >>> 15), 0x2c1b3c6d) ^ 0x5bd1e995
  return ((Math.imul(t ^ (t >>> 12), 0x297a2d39) ^ (t >>> 15)) >>> 0) / 2 ** 32
}
const plain = (i) => {
  const x = uniform(i) - 0.5
  return { x, y: 3 * x + 0.1 * uniform(-i), line: i }
}
/** Of these names one in two is new. */
const named = (i) => ({ ...plain(i), name: i % 2 ? `name ${i}` : `name ${i % 16}` })
const worded = (i) => ({ ...plain(i), words: `word${i} and word${i >> 1} of ${i % 50}` })
/** Each key comes for a while, and then never again. */
const keyed = (i) => ({ ...plain(i), device: `device ${(i >> 6) + (i % 8)}` })
const unlabelled = (i) => ({ x: uniform(i), y: null, line: i, device: `device ${i >> 2}` })

const target = { y: numeric() }
const modelOf = (features, layers = [dense(1)]) => createModel({ features, target, layers })
const simple = () => modelOf({ x: numeric() }, [dense(4, 'tanh'), dense(1)])
const learned = (features, layers) => () => learn(modelOf(features, layers))
const by = { by: 'device', capacity: 500 }
const inNames = (onFull) => learned({ x: numeric(), name: category({ capacity: 64, onFull }) })
const lateBy = (config) => () => {
  const model = simple()
  return pipe(joinLabels(model, NEVER, { key: 'line', ...config }), evaluate(model))
}
/** The label of every third row comes a hundred rows later; those of the others never do. */
const sometimes = () => {
  const model = simple()
  const label$ = new Subject()
  return pipe(
    tap(({ line }) => line % 3 === 0 && label$.next({ line: line - 99, y: line % 7 })),
    joinLabels(model, label$, { key: 'line', capacity: 1000 }),
    evaluate(model),
  )
}

export const cases = {
  'category, names hashed': [inNames('hash'), named],
  'category, names evicted': [inNames('evictOldest'), named],
  'category, names rejected': [inNames('reject'), named],
  'cross of new names': [
    learned({ name: category(), both: cross('name', 'device') }),
    (i) => ({ ...named(i), device: i }),
  ],
  'hashed words': [
    learned({ words: hashed({ capacity: 4096 }) }),
    (i) => ({ ...plain(i), words: [`w${i}`, `w${i % 50}`] }),
  ],
  'text of new words': [learned({ words: text({ capacity: 4096 }) }), worded],
  'lags by new keys': [learned({ x: numeric(), before: lag('y', 2, by) }), keyed],
  'rolling by new keys': [
    learned({ mean: rolling('x', 24, 'mean', by), most: rolling('x', { withinMs: 50, time: 'line' }, 'max', by) }),
    keyed,
  ],
  'other memories by new keys': [
    learned({ change: difference('x', 1, by), x: filled(by), line: windowed('robust', 20, by) }),
    keyed,
  ],
  'learnByKey, new keys': [() => learnByKey(simple, ({ device }) => device, { capacity: 100 }), keyed],
  'joinLabels, no label comes': [lateBy({ capacity: 1000 }), unlabelled],
  'joinLabels, rows expire': [lateBy({ capacity: 1000, withinMs: 500, time: 'line' }), unlabelled],
  'joinLabels, one label in three': [sometimes, unlabelled],
  forecast: [
    () => {
      const model = simple()
      return pipe(
        forecast(model, { horizon: 12 }),
        evaluate(model),
        tap((each) => each.report),
      )
    },
    plain,
  ],
  'forecast, new series': [() => forecast(simple(), { horizon: 2, by: 'device', capacity: 500 }), keyed],
  intervals: [
    () => {
      const model = simple()
      return pipe(learn(model), intervals(model))
    },
    plain,
  ],
  evaluate: [
    () => {
      const model = simple()
      return pipe(learn(model), evaluate(model))
    },
    plain,
  ],
  'evaluate, with bands': [
    () => {
      const model = simple()
      return pipe(learn(model), evaluate(model, { confidence: 0.95 }))
    },
    plain,
  ],
  detectDrift: [
    () => {
      const model = simple()
      return pipe(learn(model), detectDrift(model, detectors.adwin()))
    },
    plain,
  ],
  detectAnomalies: [
    () => {
      const settings = { layers: [dense(1)], optimizer: recursiveLeastSquares(), precision: 'f64' }
      return detectAnomalies([createModel({ features: { x: numeric(), before: lag('y', 1) }, target, ...settings })])
    },
    // A fault of fifty rows begins every 5,000 rows.
    (i) => (i % 5000 < 50 ? { ...plain(i), y: 9 } : plain(i)),
  ],
  compete: [() => compete({ a: simple(), b: modelOf({ x: numeric() }) }), plain],
  bag: [
    () => bag(simple, { members: 3 }),
    // A change every 5,000 rows lets members begin anew.
    (i) => (Math.floor(i / 5000) % 2 ? { ...plain(i), y: -plain(i).y } : plain(i)),
  ],
  experts: [
    () =>
      learn(
        createModel({ features: { x: numeric(), name: category() }, target, experts: experts.auto({ outputs: 1 }) }),
      ),
    named,
  ],
  'windows of 32 rows': [() => learn(modelOf({ x: numeric(), name: category() }), { batch: 32 }), named],
  'windows of 32 rows, in stages': [
    () => {
      const model = modelOf({ x: numeric(), name: category() })
      return pipe(encode(model), batch(32), gradient(model), update(model))
    },
    named,
  ],
}
