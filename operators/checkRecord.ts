import { shown } from '../src/options/shown.js'

/** The records of a pipe by their kinds, and what emits each of them. */
const makers = {
  example: 'encode(model)',
  batch: 'batch(32)',
  forward: 'forward(model)',
  loss: 'loss()',
  gradient: 'backward() or gradient(model)',
  learned: 'learn(model)',
}

/** Refuses a record of another stage, which would otherwise fail far from here. */
export const checkRecord = (by: string, record: unknown, kind: keyof typeof makers): void => {
  const given = (record as { readonly kind?: unknown } | undefined | null)?.kind
  if (given !== kind)
    throw new TypeError(
      `${by}: the record is ${given === undefined ? shown(record) : `of kind ${shown(given)}`}; expected one of kind '${kind}', as ${makers[kind]} emits.`,
    )
}

/**
 * Refuses a record that is not one of learned rows, or was learned by another model.
 *
 * @param call the operator as it is written, such as evaluate(model)
 */
export const checkLearned = (by: string, record: { readonly model: unknown }, model: unknown, call: string): void => {
  checkRecord(by, record, 'learned')
  if (record.model !== model)
    throw new TypeError(
      `${by}: this row was learned by another model than the one given; expected learn(model), ${call}.`,
    )
}
