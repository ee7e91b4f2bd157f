import { checkShare } from '../options/checkShare.js'
import { checkWhole } from '../options/checkWhole.js'
import { shown } from '../options/shown.js'

/** An endless stream that begins anew, with the same rows, each time it is iterated. */
export const endless = <R>(begin: () => (i: number) => R): Iterable<R> => ({
  *[Symbol.iterator]() {
    const row = begin()
    for (let i = 0; ; i++) yield row(i)
  },
})

/** Checks the number of a concept. */
export const checkVariant = (by: string, variant: number, count: number): void => {
  if (!Number.isInteger(variant) || variant < 1 || variant > count)
    throw new RangeError(`${by}: variant is ${shown(variant)}; expected a whole number from 1 to ${count}.`)
}

/** Checks the share of rows, or of values, that are disturbed. */
export const checkNoise = (by: string, noise: number): void => checkShare(`${by}: noise is`, noise)

/** Checks the number of columns. */
export const checkFeatures = (by: string, features: number): void => checkWhole(`${by}: features is`, features)

/** Returns columns x1, x2, … with these values. */
export const columns = (values: ArrayLike<number>): Record<`x${number}`, number> => {
  const row: Record<string, number> = {}
  for (let j = 0; j < values.length; j++) row[`x${j + 1}`] = values[j]
  return row
}
