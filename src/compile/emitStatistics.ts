import type { Field, FieldSite } from '../features/field.js'
import { isUnscaled } from '../features/scaledNumber.js'
import type { Emit } from '../program/bytecode.js'

/** A field, with where its numbers, its columns and its running statistics stand (byte addresses). */
export interface FieldPlace extends Pick<FieldSite, 'raw' | 'columns' | 'statistics'> {
  readonly field: Field
}

/** What fields emit with, wherever they stand. */
export interface FieldTools extends Pick<FieldSite, 'constant' | 'scratch'> {
  readonly emit: Emit
}

/**
 * The fields' numbers become columns, by the committed statistics (advanced by this row alone, or as they are). Numbers
 * side by side that are columns as they come are one instruction.
 */
export const emitColumns = (tools: FieldTools, places: readonly FieldPlace[], advance: boolean): void => {
  for (let i = 0; i < places.length; i++) {
    const { field, ...place } = places[i] as FieldPlace
    let n = 1
    while (isUnscaled(field) && places[i + n] && isUnscaled((places[i + n] as FieldPlace).field)) n++
    if (n > 1) tools.emit('cast', { out: place.columns, a: place.raw, n })
    else field.emit({ ...tools, ...place, advance })
    i += n - 1
  }
}

/** The fields' statistics take in the row for good. */
export const emitCommit = (tools: FieldTools, places: readonly FieldPlace[]): void => {
  for (const { field, ...place } of places) field.commit?.({ ...tools, ...place, advance: true })
}
