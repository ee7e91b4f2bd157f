import { connect } from '../client/index.js'
import { createAnnouncer } from './announce.js'
import { createAxis } from './charts/axis.js'
import { createCircuitPanel } from './circuit/panel.js'
import { createExample } from './example.js'
import { createForecast } from './forecast.js'
import { createHappenings } from './happenings.js'
import { createHeader } from './header.js'
import { createHistory } from './history.js'
import { createLoss } from './loss.js'
import { createLive } from './page/live.js'
import { byId, nameParts, setText } from './page/page.js'
import { createPalette } from './page/palette.js'
import { createViewer } from './page/view.js'
import { modelsOfferedIn } from './problem.js'
import { createScores } from './scores.js'

/** Whether the user asks for reduced motion, and therefore gets only one picture a second. */
const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)')
/** Returns the time between two pictures: nobody can read numbers that change more often than 10 times a second. */
const periodMs = (): number => (reducedMotion.matches ? 1000 : 100)

nameParts()
const live = createLive()
const history = createHistory()
let stale = true
const changed = (): void => {
  stale = true
}
const palette = createPalette(changed)
const view = createViewer(live)
const axis = createAxis(changed)
const scores = createScores(live, history, axis, palette, changed)
const { chosen } = scores
const panels = [
  scores,
  createForecast(live, history, { axis, view, chosen }, palette, changed),
  createHeader(live),
  createCircuitPanel(view, palette, changed),
  createLoss(live, history, axis, palette, changed),
  createExample(live, view),
  createHappenings(history),
  createAnnouncer(live, chosen),
]

const pause = byId('pause')
pause.addEventListener('click', () => {
  if (live.paused) history.interrupt()
  live.pause(!live.paused)
  pause.setAttribute('aria-pressed', `${live.paused}`)
  setText(pause, live.paused ? 'Resume' : 'Pause')
  changed()
})

// One loop draws everything, from the newest state alone. A hidden page gets no frames, and so draws nothing. A paused
// page takes no messages: whatever makes it draw, such as a resize, it draws the state as of the pause.
let drawnAt = -Infinity
let drawnVersion = -1
const loop = (): void => {
  requestAnimationFrame(loop)
  const now = performance.now()
  // The page is drawn once a second even if nothing comes, because it also shows how old its content is.
  const due = live.version !== drawnVersion ? periodMs() : 1000
  if (!stale && (live.paused || now - drawnAt < due)) return
  stale = false
  drawnAt = now
  drawnVersion = live.version
  for (const panel of panels) panel.draw(now)
}
requestAnimationFrame(loop)

const query = new URLSearchParams(location.search)
const asked = query.get('model')
await live.follow(
  // The page has its token in its own address, and hands it on.
  connect(location.pathname + location.search, {
    ...(asked !== null && { model: asked }),
    fieldKinds: 'any',
    timeoutMs: Infinity,
    mostMs: 3000,
    silenceMs: 8000,
  }),
  history.take,
)
// A server of several models has to be told which; the page shows the first, and links to the others.
const [first] = modelsOfferedIn(live.reason)
if (asked === null && first !== undefined) {
  query.set('model', first)
  location.replace(`?${query}`)
}
