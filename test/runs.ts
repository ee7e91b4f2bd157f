const given = process.env.RXGRAD_RUNS
const depth = given ? Number(given) : 1 / 10
if (!(depth > 0 && depth < Infinity))
  throw new TypeError(
    `RXGRAD_RUNS is "${given}"; expected a positive number, such as 1, by which the counts of random runs are multiplied.`,
  )

/** Whether the long tests run, which is when random tests run at least as often as the test files state. */
export const deep: boolean = depth >= 1

/**
 * Returns how often a random test runs that states `count` runs.
 *
 * `npm test` makes a tenth of them, and `npm run test:deep` makes all. RXGRAD_RUNS gives another factor.
 */
export const runs = (count: number): number => Math.ceil(count * depth)
