/** What the replica test's page runs: bundled with esbuild, served by the server under test, under its policy. */
import { type Replica, replica } from '../../src/client/index.js'
import type { Row } from '../../src/values.js'
import { fingerprint } from './fingerprint.js'

export interface ReplicaPage {
  /** Resolves to the step that it begins with. */
  start(url: string): Promise<number>
  /** What it predicts once it has come to that step. */
  predict(step: number, rows: readonly Row[]): Promise<string[]>
}

let follower: Replica
const page: ReplicaPage = {
  async start(url) {
    follower = await replica(url)
    return follower.step
  },
  async predict(step, rows) {
    for await (const at of follower.steps) if (at >= step) break
    return rows.map((row) => fingerprint(follower.predict(row)))
  },
}
;(globalThis as unknown as { page: ReplicaPage }).page = page
