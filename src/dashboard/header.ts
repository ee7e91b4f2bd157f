import { comparison } from './comparison.js'
import type { History } from './history.js'
import type { Live } from './page/live.js'
import { figure, grouped, rate } from './page/numbers.js'
import { byId, element, type Panel, say } from './page/page.js'

/** The server's pulse comes every second: without it for so long, nothing here is of now. */
const STALE_MS = 4000
/** No step for so long: it waits for rows. */
const WAITING_MS = 3000

/** Title, connection, and the numbers that are read first. */
export const createHeader = (live: Live, history: History, chosen: () => number): Panel => {
  const [line, banner, verdict] = [byId('line'), byId('banner'), byId('verdict')]
  let welcomed: unknown

  const introduce = (): void => {
    const { welcome } = live
    if (welcome === undefined || welcome === welcomed) return
    welcomed = welcome
    const { description, model, models } = welcome
    say(byId('model'), model)
    document.title = `${model} · rxgrad`
    const size = description.layout.reduce((sum, tensor) => sum + tensor.size, 0)
    say(byId('about'), `· ${grouped(size)} parameters, ${description.precision}, ${description.loss.kind} loss`)
    const others = byId('models')
    others.hidden = models.length < 2
    others.replaceChildren(...models.filter((name) => name !== model).map(linkTo))
  }
  /** A server of several models answers who names none with their names, in words. */
  const offer = (): boolean => {
    const [, names] = /expected one of (.+)\.$/.exec(live.reason) ?? []
    if (live.line !== 'over' || names === undefined) return false
    const others = byId('models')
    if (others.hidden) others.replaceChildren(...names.split(', ').map(linkTo))
    others.hidden = false
    say(byId('model'), 'Which model?')
    return true
  }

  return {
    draw(now) {
      introduce()
      const choosing = offer()
      const quiet = now - live.heardAt
      const state = stateOf(live, quiet)
      line.dataset.state = state
      say(line, state === 'lost' && live.line === 'lost' ? 'reconnecting' : state)
      line.hidden = choosing
      banner.hidden = choosing || state === 'live' || (state === 'connecting' && quiet < STALE_MS)
      if (!banner.hidden) say(banner, troubleOf(live, state, Math.floor(quiet / 1000)))

      const { status } = live
      say(byId('step'), live.welcome === undefined ? '–' : grouped(live.step))
      say(byId('rows'), status === undefined ? '–' : grouped(status.rows))
      say(byId('rate'), status === undefined || state !== 'live' ? '–' : rate(status.rowsPerSecond))
      say(byId('clients'), status === undefined ? '–' : grouped(status.clients))
      const idle = Math.floor((now - live.steppedAt) / 1000)
      const learns = idle * 1000 < WAITING_MS && live.step > 0
      say(byId('state'), state !== 'live' ? 'unknown' : learns ? 'learning' : 'waiting for rows')

      const against = comparison(live.evaluation, chosen())
      say(byId('verdict-of'), against === undefined ? 'Against the baselines' : `${against.metric}, recent rows`)
      verdict.dataset.gain = against?.words.split(' ').at(-1) ?? ''
      say(verdict, against?.sentence ?? (history.curves.length > 0 ? '–' : 'no scores yet'))
      if (against !== undefined) verdict.title = `${against.sentence} (${figure(against.model)})`
    },
  }
}

const stateOf = ({ line }: Live, quiet: number): 'live' | 'stale' | 'connecting' | 'lost' => {
  if (line === 'connecting') return line
  if (line !== 'open') return 'lost'
  return quiet > STALE_MS ? 'stale' : 'live'
}

const linkTo = (name: string): HTMLElement => {
  const link = element('a', name) as HTMLAnchorElement
  link.href = `?model=${encodeURIComponent(name)}`
  return link
}

const troubleOf = ({ line, reason, welcome }: Live, state: string, seconds: number): string => {
  if (line === 'over') return reason
  const old = welcome === undefined ? '' : ` What is shown is ${seconds} s old.`
  if (state === 'stale') return `Stale: nothing has come for ${seconds} s.${old}`
  return `Not connected${reason === '' ? '' : ` (${reason})`}; trying again.${old}`
}
