/** What the browser test's page runs: bundled with esbuild, served by the server under test, with its policy. */
import { type Replica, replica } from '../../../src/client/index.js'
import type { Prediction, Row } from '../../../src/types.js'

export interface Page {
  start(url: string): Promise<number>
  /** The predictions at that step. */
  predict(step: number, rows: readonly Row[]): Promise<Prediction[]>
}

let power: Replica
const page: Page = {
  async start(url) {
    power = await replica(url)
    return power.step
  },
  async predict(step, rows) {
    for await (const at of power.steps) if (at === step) break
    return rows.map((row) => power.predict(row))
  },
}
;(globalThis as unknown as { page: Page }).page = page
