import type { Struct } from './abi.js'

/** A struct's fields by name; what takes two words is given as these. */
export type FieldsOf<S extends Struct> = {
  readonly [K in keyof S]: S[K] extends 'segment' | 'f64' ? readonly number[] : number
}

/**
 * The words of a struct, whose fields are written out in the order of its declaration: a test compares the two wherever
 * this is called, so that the declaration need not be carried along.
 */
export const wordsOf = <S extends Struct>(fields: FieldsOf<S>): readonly number[] =>
  Object.values<number | readonly number[]>(fields).flat()
