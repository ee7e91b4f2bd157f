import { readsOf } from '../../features/field.js'
import { nearest } from '../../options/nearest.js'
import { shown } from '../../options/shown.js'
import type { Row } from '../../values.js'
import { messageOf, RequestError } from '../http/answer.js'
import { inSlices } from '../http/inSlices.js'
import { type Endpoint, namedBy, type Reachable } from './endpoint.js'
import { readJson } from './readJson.js'

/** The most rows of one request. */
const MOST_ROWS = 5_000

/**
 * `POST predict/NAME` with a row, or an array of rows, as JSON: predicts by the model as it is at this moment, which does
 * not change it. A row that the model cannot read answers 422 with the reason; among several, it has an `error` in its
 * place. Many rows take several turns of the event loop; where the model learns between two of them, the later
 * predictions tell their own `step`.
 * An answer names the features that the row does not have as `missing`, with a `hint` if one is probably misspelt.
 */
export const predict: Endpoint = {
  method: 'POST',
  async answer(service, { request, rest }) {
    const { name, model } = namedBy(rest, service)
    if (model.predict === undefined) throw new RequestError(501, `the model "${name}" has no predict.`)
    const given = await readJson(request)
    const { step } = model
    if (!Array.isArray(given)) return { status: 200, body: { model: name, step, ...predicted(model, given) } }
    if (given.length > MOST_ROWS)
      throw new RequestError(413, `${given.length} rows are given; expected at most ${MOST_ROWS} in a request.`)
    const predictions: object[] = []
    let first = step
    await inSlices(given, (row, i) => {
      const { step: now } = model
      if (i === 0) first = now
      const later = now === first ? {} : { step: now }
      predictions.push({ ...predictedOr(model, row), ...later })
    })
    return { status: 200, body: { model: name, step: first, predictions } }
  },
}

const predicted = (model: Reachable, row: unknown): object => {
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    throw new RequestError(422, `a row is ${shown(row)}; expected an object, as { "temperature": 21 }.`)
  try {
    const { kind: _, row: __, step: ___, ...rest } = model.predict!(row as Row) as unknown as Record<string, unknown>
    return { ...rest, ...missingIn(row as Row, model) }
  } catch (error) {
    throw new RequestError(422, reasonOf(error))
  }
}
const predictedOr = (model: Reachable, row: unknown): object => {
  try {
    return predicted(model, row)
  } catch (error) {
    return { error: reasonOf(error) }
  }
}
const reasonOf = (error: unknown): string => messageOf(error).replace(/^predict: /, '')

/** Tells the columns that the model reads and the row does not have, but for those of the target, which come later. */
const missingIn = (
  row: Row,
  { features = {}, target = {} }: Reachable,
): { readonly missing?: readonly string[]; readonly hint?: string } => {
  const read = new Set(Object.entries(features).flatMap(([name, field]) => readsOf(name, field)))
  const missing = [...read].filter((name) => !Object.hasOwn(row, name) && !Object.hasOwn(target, name))
  if (missing.length === 0) return {}
  for (const name of Object.keys(row)) {
    if (read.has(name) || Object.hasOwn(target, name)) continue
    const meant = nearest(name, missing)
    if (meant !== undefined) return { missing, hint: `"${name}" is no feature. Did you mean "${meant}"?` }
  }
  return { missing }
}
