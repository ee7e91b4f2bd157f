import type { Field } from '../features/field.js'
import { isUnscaled } from '../features/scaledNumber.js'
import type { FieldSite } from '../features/site.js'
import type { Emit } from '../program/bytecode.js'

/** A field, and where its numbers, its columns and its running statistics stand, as byte addresses. */
export interface FieldPlace extends Pick<FieldSite, 'raw' | 'columns' | 'statistics'> {
  readonly field: Field
}

/** What fields need in order to emit instructions, besides their places. */
export interface FieldTools extends Pick<FieldSite, 'constant' | 'scratch'> {
  readonly emit: Emit
}

/**
 * Emits the instructions that turn the fields' numbers into columns by the committed statistics, which this row alone
 * either advances or does not; `whole` numbers are scaled as they are, whatever the statistics take them for. Adjacent numbers that are columns as they are take a single instruction.
 */
export const emitColumns = (
  tools: FieldTools,
  places: readonly FieldPlace[],
  advance: boolean,
  whole: boolean = false,
): void => {
  for (let i = 0; i < places.length; i++) {
    const { field, ...place } = places[i]
    let n = 1
    while (isUnscaled(field) && places[i + n] && isUnscaled(places[i + n].field)) n++
    if (n > 1) tools.emit('cast', { out: place.columns, a: place.raw, n })
    else field.emit({ ...tools, ...place, advance, whole })
    i += n - 1
  }
}

/** Emits the instructions that commit the row to the fields' statistics. */
export const emitCommit = (tools: FieldTools, places: readonly FieldPlace[]): void => {
  for (const { field, ...place } of places) field.commit?.({ ...tools, ...place, advance: true })
}
