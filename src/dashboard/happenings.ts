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
      const all = [...counts.values()].reduce((sum, count) => sum + count, 0)
      const listed = events.reduce((sum, { times }) => sum + times, 0)
      const kinds = [...counts].map(([kind, count]) => plural(count, kind)).join(', ')
      setText(
        byId('events-about'),
        `${all === 0 ? 'none' : kinds}${listed < all ? `; the latest ${grouped(listed)} are listed` : ''}`,
      )
      if (events[0] === newest) return
      newest = events[0]
      list.replaceChildren(
        ...events.map(({ kind, step, text, times }) => {
          const item = element('li')
          const words = element('span', text)
          words.title = text
          const name = element('b', times === 1 ? kind : `${kind} ×${grouped(times)}`)
          item.append(element('span', `step ${grouped(step)}`), name, words)
          return item
        }),
      )
    },
  }
}
