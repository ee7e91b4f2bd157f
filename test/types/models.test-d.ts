// tsc checks this file as part of the type check; the test is that it compiles.

import {
  autoencoder,
  category,
  detectAnomalies,
  factorizationMachine,
  forecast,
  forecaster,
  fromRows,
  hashed,
  learn,
  linearRegression,
  logisticRegression,
  mlp,
  numeric,
  softmaxRegression,
} from '../../operators/index.js'

const x = numeric()
const y = numeric()
const side = category({ values: ['L', 'R'] })

// The rows and the values of a model by name follow from its configuration.
const line = linearRegression({ features: { x }, target: { y }, weight: 'w', cursor: 'c' })
line.learn({ x: 1, y: 2, w: 0.5, c: 7 })
const number: number | undefined = line.predict({ x: 1 }).value
// @ts-expect-error: a number is expected
line.learn({ x: 'one', y: 2 })
fromRows([{ x: 1, y: 2 }]).pipe(learn(line))
// @ts-expect-error: rows without the feature
fromRows([{ z: 'a', y: 2 }]).pipe(learn(line))
const both = logisticRegression({ features: { x }, target: { side } })
const name: 'L' | 'R' | undefined = both.predict({ x: 1 }).value
softmaxRegression({ features: { x }, target: { side } }).learn({ x: 1, side: 'L' })
mlp({ features: { x }, target: { y, z: numeric() }, hidden: [3] }).learn({ x: 1, y: 2, z: 3 })
factorizationMachine({ features: { x, words: hashed() }, target: { side }, factors: 2 }).learn({ x: 1, words: ['a'] })

// Targets that a model cannot have do not compile.
// @ts-expect-error: a class
linearRegression({ features: { x }, target: { side } })
// @ts-expect-error: a class whose names are not declared
linearRegression({ features: { x }, target: { side: category() } })
// @ts-expect-error: a number
logisticRegression({ features: { x }, target: { y } })
// @ts-expect-error: a number
softmaxRegression({ features: { x }, target: { y } })
// @ts-expect-error: a class
forecaster({ target: { side } })

// The circuit follows from the name, and options are known by theirs.
// @ts-expect-error: layers
linearRegression({ features: { x }, target: { y }, layers: [] })
// @ts-expect-error: misspelt
mlp({ features: { x }, target: { y }, hiden: [3] })
// @ts-expect-error: features are missing
mlp({ target: { y } })

// An autoencoder reads its features alone, and its targets are some of them.
const encoded = autoencoder({ features: { x, side }, hidden: [3], weight: 'w' })
encoded.learn({ x: 1, side: 'L', w: 2 })
const again: number | undefined = encoded.predict({ x: 1, side: 'R' }).values?.x
fromRows([{ x: 1, side: 'L' as const }]).pipe(detectAnomalies(autoencoder({ features: { x, side }, target: { x } })))
// @ts-expect-error: a number is expected
encoded.learn({ x: 'one', side: 'L' })
// @ts-expect-error: a class
autoencoder({ features: { x, side }, target: { side } })
// @ts-expect-error: it reconstructs always
autoencoder({ features: { x }, reconstruct: false })

// A forecaster reads its target, the time and the series, whose names it is given, beside its features.
const monthly = forecaster({ target: 'passengers', time: 'month', horizon: 12, season: 12, lags: [1, 12] })
monthly.learn({ month: '1949-01', passengers: 112 })
monthly.predict({ month: new Date() })
// @ts-expect-error: a number is expected
monthly.learn({ month: '1949-01', passengers: 'many' })
fromRows([{ month: '1949-01', passengers: 112 }])
  .pipe(forecast(monthly, { horizon: 12 }))
  .subscribe((step) => step.forecast?.value satisfies number | undefined)
const each = forecaster({ target: 'power', by: 'device', features: { wind: x } })
each.learn({ device: 'fridge', wind: 1, power: 80 })
// @ts-expect-error: a name is expected
each.learn({ device: {}, wind: 1, power: 80 })
forecaster({ target: { y, z: numeric({ scale: 'none' }) } }).learn({ y: 1, z: 2 })

export const found: unknown = [number, name, again]
