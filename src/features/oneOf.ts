/** Refuses a setting that is not one of those there are; undefined is left to the default. */
export const oneOf = (what: string, setting: string, given: string | undefined, known: readonly string[]): void => {
  if (given !== undefined && !known.includes(given))
    throw new RangeError(`${what}: ${setting} is '${given}'; expected one of ${known.join(', ')}.`)
}
