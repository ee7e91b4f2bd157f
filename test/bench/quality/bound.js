import { absolute, category, createModel, dense, huber, numeric, squared } from '../../../dist/operators/index.js'
import { randomOf } from './random.js'

const unscaled = numeric({ scale: 'none' })
const kinds = {
  squared: { target: unscaled, loss: squared() },
  huber: { target: unscaled, loss: huber() },
  absolute: { target: unscaled, loss: absolute() },
  logistic: { target: category({ values: ['no', 'yes'] }), loss: undefined },
}

/**
 * Returns the largest share of the way from its prediction to its goal that a row's own step led, over many rows: a
 * step that overshoots leads more than the whole way.
 */
const furthestOf = ({ target, loss }, scale, width, seed) => {
  const { normal, uniform } = randomOf(seed)
  const names = Array.from({ length: width }, (_, i) => `x${i}`)
  const model = createModel({
    features: Object.fromEntries(names.map((name) => [name, unscaled])),
    target: { y: target },
    layers: [dense(1)],
    ...(loss && { loss }),
  })
  let furthest = 0
  for (let i = 0; i < 300; i++) {
    const row = Object.fromEntries(names.map((name) => [name, scale * normal()]))
    const y = target === unscaled ? normal() : uniform() < 0.5 ? 'no' : 'yes'
    const outputOf = () => {
      const { value, probabilities } = model.predict(row)
      return probabilities ? (probabilities.yes ?? 0) : value
    }
    const goal = target === unscaled ? y : Number(y === 'yes')
    const before = outputOf()
    model.learn({ ...row, y })
    if (goal !== before) furthest = Math.max(furthest, (outputOf() - before) / (goal - before))
  }
  return furthest
}

/** Prints the overshoot bound of `auto()` at work: no number is above 1, up to rounding in f32. */
export const bound = (seed) => {
  console.log("\nThe share of the way to its goal that a row's own step leads, at most, with auto()")
  const columns = [1e-3, 1, 100, 1e4].flatMap((scale) => [1, 20].map((width) => ({ scale, width })))
  const heads = columns.map(({ scale, width }) => `${width} × ${scale}`.padStart(11))
  console.log(`  ${'inputs × their scale'.padEnd(22)}${heads.join('')}`)
  for (const [name, kind] of Object.entries(kinds)) {
    const cells = columns.map(({ scale, width }) => furthestOf(kind, scale, width, seed).toFixed(6).padStart(11))
    console.log(`  ${name.padEnd(22)}${cells.join('')}`)
  }
}
