import { comparison } from './comparison.js'
import type { Live } from './page/live.js'
import { grouped, rate } from './page/numbers.js'
import { byId, type Panel, setText } from './page/page.js'

const EVERY_MS = 5000

/** Announces one sentence to users of a screen reader, at most every five seconds. */
export const createAnnouncer = (live: Live, chosen: () => number): Panel => {
  let last = -Infinity
  return {
    draw(now) {
      if (now - last < EVERY_MS || live.welcome === undefined) return
      last = now
      const { status } = live
      const speed = status === undefined ? '' : `, ${rate(status.rowsPerSecond)} rows a second`
      const against = comparison(live.evaluation, chosen())
      setText(
        byId('announce'),
        `Step ${grouped(live.step)}${speed}. ${against === undefined ? 'No scores yet' : `The model is ${against.verdict}`}.`,
      )
    },
  }
}
