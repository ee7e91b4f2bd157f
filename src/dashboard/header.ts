import { comparison } from './comparison.js'
import type { History } from './history.js'
import type { Live } from './page/live.js'
import { figure, grouped, rate } from './page/numbers.js'
import { byId, element, type Panel, setText } from './page/page.js'

/** The server sends its status every second; if nothing comes for this long, what is shown is out of date. */
const STALE_MS = 4000
/** A model without a step for this long is waiting for rows. */
const WAITING_MS = 3000

/** Shows the title, the connection, and the most important numbers. */
export const createHeader = (live: Live, history: History, chosen: () => number): Panel => {
  const [line, banner, verdict] = [byId('line'), byId('banner'), byId('verdict')]
  let welcomed: unknown

  const showModel = (): void => {
    const { welcome } = live
    if (welcome === undefined || welcome === welcomed) return
    welcomed = welcome
    const { description, model, models } = welcome
    setText(byId('model'), model)
    document.title = `${model} · rxgrad`
    const size = description.layout.reduce((sum, tensor) => sum + tensor.size, 0)
    setText(byId('about'), `· ${grouped(size)} parameters, ${description.precision}, ${description.loss.kind} loss`)
    const others = byId('models')
    others.hidden = models.length < 2
    others.replaceChildren(...models.filter((name) => name !== model).map(linkTo))
  }
  /** A server of several models refuses a page that names none; its answer lists the names that are offered here. */
  const offerModels = (): boolean => {
    const [, names] = /expected one of (.+)\.$/.exec(live.reason) ?? []
    if (live.line !== 'over' || names === undefined) return false
    const others = byId('models')
    if (others.hidden) others.replaceChildren(...names.split(', ').map(linkTo))
    others.hidden = false
    setText(byId('model'), 'Which model?')
    return true
  }

  return {
    draw(now) {
      showModel()
      const choosing = offerModels()
      const silentMs = now - live.heardAt
      const state = stateOf(live, silentMs)
      line.dataset.state = state
      setText(line, state === 'lost' && live.line === 'lost' ? 'reconnecting' : state)
      line.hidden = choosing
      banner.hidden = choosing || state === 'live' || (state === 'connecting' && silentMs < STALE_MS)
      if (!banner.hidden) setText(banner, problemOf(live, state, Math.floor(silentMs / 1000)))

      const { status } = live
      setText(byId('step'), live.welcome === undefined ? '–' : grouped(live.step))
      setText(byId('rows'), status === undefined ? '–' : grouped(status.rows))
      setText(byId('rate'), status === undefined || state !== 'live' ? '–' : rate(status.rowsPerSecond))
      setText(byId('clients'), status === undefined ? '–' : grouped(status.clients))
      const idle = Math.floor((now - live.steppedAt) / 1000)
      const learns = idle * 1000 < WAITING_MS && live.step > 0
      setText(byId('state'), state !== 'live' ? 'unknown' : learns ? 'learning' : 'waiting for rows')

      const against = comparison(live.evaluation, chosen())
      setText(byId('verdict-of'), against === undefined ? 'Against the baselines' : `${against.metric}, recent rows`)
      verdict.dataset.gain = against?.words.split(' ').at(-1) ?? ''
      setText(verdict, against?.sentence ?? (history.curves.length > 0 ? '–' : 'no scores yet'))
      if (against !== undefined) verdict.title = `${against.sentence} (${figure(against.model)})`
    },
  }
}

const stateOf = ({ line }: Live, silentMs: number): 'live' | 'stale' | 'connecting' | 'lost' => {
  if (line === 'connecting') return line
  if (line !== 'open') return 'lost'
  return silentMs > STALE_MS ? 'stale' : 'live'
}

const linkTo = (name: string): HTMLElement => {
  const link = element('a', name) as HTMLAnchorElement
  const query = new URLSearchParams(location.search)
  query.set('model', name)
  link.href = `?${query}`
  return link
}

const problemOf = ({ line, reason, welcome }: Live, state: string, seconds: number): string => {
  if (line === 'over') return reason
  const old = welcome === undefined ? '' : ` What is shown is ${seconds} s old.`
  if (state === 'stale') return `Stale: nothing has come for ${seconds} s.${old}`
  return `Not connected${reason === '' ? '' : ` (${reason})`}; trying again.${old}`
}
