import { connect } from '../client/index.js'
import { createAnnouncer } from './announce.js'
import { createCircuitPanel } from './circuit/panel.js'
import { createExample } from './example.js'
import { createHappenings } from './happenings.js'
import { createHeader } from './header.js'
import { createHistory } from './history.js'
import { createLoss } from './loss.js'
import { createLive } from './page/live.js'
import { byId, setText } from './page/page.js'
import { createPalette } from './page/palette.js'
import { createViewer } from './page/view.js'
import { createScores } from './scores.js'

/** Whether the user asks for reduced motion, and therefore gets only one picture a second. */
const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)')
/** Returns the time between two pictures: nobody can read numbers that change more often than 10 times a second. */
const periodMs = (): number => (reducedMotion.matches ? 1000 : 100)

const live = createLive()
const history = createHistory()
let stale = true
const changed = (): void => {
  stale = true
}
const palette = createPalette(changed)
const view = createViewer(live)
const scores = createScores(live, history, palette, changed)
const panels = [
  scores,
  createHeader(live, history, scores.chosen),
  createCircuitPanel(view, palette, changed),
  createLoss(live, history, palette, changed),
  createExample(live, view),
  createHappenings(history),
  createAnnouncer(live, scores.chosen),
]

let paused = false
const pause = byId('pause')
pause.addEventListener('click', () => {
  paused = !paused
  pause.setAttribute('aria-pressed', `${paused}`)
  setText(pause, paused ? 'Resume' : 'Pause')
  changed()
})

// One loop draws everything, from the newest state alone. A hidden page gets no frames, and so draws nothing.
let drawnAt = -Infinity
let drawnVersion = -1
const loop = (): void => {
  requestAnimationFrame(loop)
  const now = performance.now()
  // The page is drawn once a second even if nothing comes, because it also shows how old its content is.
  const due = live.version !== drawnVersion ? periodMs() : 1000
  if (!stale && (paused || now - drawnAt < due)) return
  stale = false
  drawnAt = now
  drawnVersion = live.version
  for (const panel of panels) panel.draw(now)
}
requestAnimationFrame(loop)

const asked = new URLSearchParams(location.search).get('model')
void live.follow(
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
