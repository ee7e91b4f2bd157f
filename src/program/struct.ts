import type { Struct } from './abi.js'

/** A struct's fields by name; a field that takes two words is given as both of them. */
export type FieldsOf<S extends Struct> = {
  readonly [K in keyof S]: S[K] extends 'segment' | 'f64' ? readonly number[] : number
}

/**
 * The words of a struct, whose fields are given in the order of its declaration. A test compares the two wherever this
 * is called, so the declaration need not be part of the bundle.
 */
export const wordsOf = <S extends Struct>(fields: FieldsOf<S>): readonly number[] =>
  Object.values<number | readonly number[]>(fields).flat()
