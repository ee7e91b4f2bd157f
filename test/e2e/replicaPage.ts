/** The page of the replica test, bundled with esbuild, and served by the server under test under its policy. */
import { type Replica, replica } from '../../src/client/index.js'
import type { Row } from '../../src/values.js'
import { fingerprint } from './fingerprint.js'

export interface ReplicaPage {
  /** Resolves to the step with which it begins. */
  start(url: string): Promise<number>
  /** Resolves to its predictions once it has reached that step. */
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
