import type { Live } from './page/live.js'
import { grouped, rate } from './page/numbers.js'
import { byId, element, type Panel, setText } from './page/page.js'
import { modelsOfferedIn, problemOf } from './problem.js'
import { inWords } from './words.js'

/** The server sends its status every second; if nothing comes for this long, what is shown is out of date. */
const STALE_MS = 4000
/** A model without a step for this long is waiting for rows. */
const WAITING_MS = 3000

/** Shows the title, the connection, and the most important numbers. */
export const createHeader = (live: Live): Panel => {
  const [line, banner] = [byId('line'), byId('banner')]
  let welcomed: unknown

  const showModel = (): void => {
    const { welcome } = live
    if (welcome === undefined || welcome === welcomed) return
    welcomed = welcome
    const { description, model, models } = welcome
    setText(byId('model'), model)
    document.title = `${model} · rxgrad`
    const size = description.layout.reduce((sum, tensor) => sum + tensor.size, 0)
    setText(
      byId('about'),
      `· ${grouped(size)} parameters, ${description.precision}, ${inWords(description.loss.kind)} loss`,
    )
    const others = byId('models')
    others.hidden = models.length < 2
    others.replaceChildren(...models.map((name) => linkTo(name, name === model)))
  }
  const offerModels = (): void => {
    const names = live.line === 'over' ? modelsOfferedIn(live.reason) : []
    const others = byId('models')
    if (names.length === 0 || !others.hidden) return
    others.replaceChildren(...names.map((name) => linkTo(name, false)))
    others.hidden = false
  }

  return {
    draw(now) {
      showModel()
      offerModels()
      const silentMs = now - live.heardAt
      const state = stateOf(live, silentMs)
      line.dataset.state = state
      setText(line, state === 'lost' && live.line === 'lost' ? 'reconnecting' : state)
      banner.hidden = state === 'live' || state === 'paused' || (state === 'connecting' && silentMs < STALE_MS)
      if (!banner.hidden) setText(banner, problemOf(live, state, Math.floor(silentMs / 1000), location.origin))

      const { status } = live
      // Both are of one message, so that they agree.
      setText(byId('step'), status === undefined ? '–' : grouped(status.step))
      setText(byId('rows'), status === undefined ? '–' : grouped(status.rows))
      setText(
        byId('rate'),
        status === undefined || state === 'stale' || state === 'lost' ? '–' : rate(status.rowsPerSecond),
      )
      setText(byId('clients'), status === undefined ? '–' : grouped(status.clients))
      const idle = Math.floor((now - live.steppedAt) / 1000)
      const learns = idle * 1000 < WAITING_MS && live.step > 0
      const doing = learns ? 'learning' : 'waiting for rows'
      setText(byId('state'), state === 'paused' ? 'this page is paused' : state === 'live' ? doing : 'unknown')
    },
  }
}

const stateOf = ({ line, paused }: Live, silentMs: number): 'live' | 'paused' | 'stale' | 'connecting' | 'lost' => {
  if (paused) return 'paused'
  if (line === 'connecting') return line
  if (line !== 'open') return 'lost'
  return silentMs > STALE_MS ? 'stale' : 'live'
}

const linkTo = (name: string, here: boolean): HTMLElement => {
  const link = element('a', name) as HTMLAnchorElement
  const query = new URLSearchParams(location.search)
  query.set('model', name)
  link.href = `?${query}`
  if (here) link.setAttribute('aria-current', 'page')
  return link
}
