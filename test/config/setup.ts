import fc from 'fast-check'
import { runs } from '../runs.js'

// fast-check prints the seed of a failing run and the path to its smallest counterexample; RXGRAD_SEED repeats the run.
const given = process.env.RXGRAD_SEED
const seed = given ? Number(given) : undefined
if (seed !== undefined && !Number.isInteger(seed))
  throw new TypeError(`RXGRAD_SEED is "${given}"; expected an integer, such as the seed of a run that failed.`)

fc.configureGlobal({ numRuns: runs(500), ...(seed !== undefined && { seed }) })
