import type { TestContext } from 'vitest'

/** The folder of the files that tests on real streams read; an empty RXGRAD_DATA means that there is none. */
const data = process.env.RXGRAD_DATA || undefined

/** Returns that folder; without one, the test that calls this is skipped. */
export const dataOr = ({ skip }: TestContext): string => {
  return data ?? skip('RXGRAD_DATA does not name the folder of the real streams.')
}
