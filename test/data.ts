import type { TestContext } from 'vitest'

/** The folder of the files that tests on real streams read. An empty RXGRAD_DATA means none. */
const data = process.env.RXGRAD_DATA || undefined

/** That folder; a test that calls this without one is skipped. */
export const dataOr = ({ skip }: TestContext): string => {
  return data ?? skip('RXGRAD_DATA does not name the folder of the real streams.')
}
