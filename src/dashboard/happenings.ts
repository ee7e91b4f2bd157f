import type { History } from './history.js'
import { grouped } from './page/numbers.js'
import { byId, element, type Panel, setText } from './page/page.js'

const plural = (n: number, kind: string): string => `${grouped(n)} ${kind}${n === 1 ? '' : 's'}`

/** Shows the events of the model: the count of each kind, and the latest events with their texts. */
export const createHappenings = (history: History): Panel => {
  const list = byId('events')
  let newest: unknown
  return {
    draw() {
      const { events, counts } = history
      setText(
        byId('events-about'),
        counts.size === 0 ? 'none' : [...counts].map(([kind, count]) => plural(count, kind)).join(', '),
      )
      if (events[0] === newest) return
      newest = events[0]
      list.replaceChildren(
        ...events.map(({ kind, step, text }) => {
          const item = element('li')
          const words = element('span', text)
          words.title = text
          item.append(element('span', grouped(step)), element('b', kind), words)
          return item
        }),
      )
    },
  }
}
