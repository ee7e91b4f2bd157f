import { encodeMessage, type Past, type Sample } from '../../wire/index.js'

/** The messages about a model of the last minutes, in bounded memory, for clients that connect late. */
export interface Recent {
  add(message: Past['message']): void
  /**
   * Returns the encoded history; undefined if there is none. However often it is asked for, it is encoded at most once
   * a second.
   */
  encoded(): Uint8Array | undefined
}

type Kind = Past['message']['type']

/** Nothing older than this is kept, in milliseconds. */
const LONGEST = 5 * 60_000
/** The largest number of messages that are kept of each kind. */
const MOST: Readonly<Record<Kind, number>> = { evaluation: 300, sample: 2000, event: 60 }
/** The time for which an encoded history is good enough for the next client, in milliseconds. */
const FRESH = 1000

/** @param period the time between two samples that are sent, in milliseconds */
export const createRecent = (period: number): Recent => {
  // A sample may come a little early. Scores over recent rows change slowly, so that one a second shows their course.
  const gaps: Readonly<Record<Kind, number>> = { evaluation: 1000, sample: period / 2, event: 0 }
  const kept: Readonly<Record<Kind, { at: number; message: Past['message'] }[]>> = {
    evaluation: [],
    sample: [],
    event: [],
  }
  let bytes: Uint8Array | undefined
  let encodedAt = 0

  return {
    add(message) {
      const list = kept[message.type]
      const now = performance.now()
      if (now - (list.at(-1)?.at ?? -Infinity) < gaps[message.type]) return
      list.push({ at: now, message: message.type === 'sample' ? withoutRow(message) : message })
      while (list.length > MOST[message.type] || now - list[0]!.at > LONGEST) list.shift()
    },
    encoded() {
      const now = performance.now()
      if (bytes !== undefined && now - encodedAt < FRESH) return bytes
      encodedAt = now
      const messages = Object.values(kept)
        .flat()
        .sort((a, b) => a.at - b.at)
        .map(({ at, message }): Past => ({ ageMs: now - at, message }))
        .filter(({ ageMs }) => ageMs <= LONGEST)
      bytes = messages.length === 0 ? undefined : encodeMessage({ type: 'history', messages })
      return bytes
    },
  }
}

/** Keeps of a sample what a chart shows: a row of images would take megabytes. */
const withoutRow = ({ type, step, y, predicted, loss }: Sample): Sample => ({
  ...{ type, step, x: [] },
  ...(y !== undefined && { y: y.slice(0, 1) }),
  ...(predicted !== undefined && { predicted }),
  ...(loss !== undefined && { loss }),
})
