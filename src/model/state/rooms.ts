import { widthOf } from '../../features/field.js'
import type { Core } from './core.js'
import type { Events } from './events.js'

/** What the fields of a model have no room for: it is counted, and told in events of the kind `capacity`. */
export interface Rooms {
  /** Counts the rows of a window that hold more names than their fields read. */
  countRows(x: Float64Array, size: number): void
  /** Is called after steps were taken. */
  tell(): void
}

export const createRooms = (core: Core, events: Events): Rooms => {
  const { plan, width } = core
  const names = [...Object.keys(plan.features), ...Object.keys(plan.target)]
  let place = 0
  const rooms = core.fields.flatMap((field, i) => {
    const at = place
    place += widthOf(field)
    const room = core.rooms[i]
    return room ? [{ room, at, field: names[i] }] : []
  })
  return {
    countRows(x, size) {
      for (const { room, at } of rooms)
        for (let i = 0; i < size && room.shortens; i++) if (room.shortens(x, i * width + at)) core.counters.shortened++
    },
    tell() {
      // This is a plain loop, because it runs after every step.
      for (let i = 0; i < rooms.length; i++) {
        const { room, field } = rooms[i]
        const news = room.news()
        if (!news) continue
        const { capacity, count } = news
        const reason = `${field} ${news.reason}`
        events.raise({ kind: 'capacity', step: core.step, field, capacity, count, reason })
      }
    },
  }
}
