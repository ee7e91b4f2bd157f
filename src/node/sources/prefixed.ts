import { objectIn, type Reading } from './jsonObject.js'
import { eachLine, type LineConfig, lineReader, longestLine, type TextReader } from './lines.js'

/** How the objects of a text are wrapped: behind a topic, as `mosquitto_sub -v` writes them, or as server-sent events. */
export type Wrapping = 'topics' | 'events'

const topic = /^(\S+)\s+(\{.*\})\s*$/
const isObject = (text: string): boolean => {
  try {
    return typeof JSON.parse(text) === 'object'
  } catch {
    return false
  }
}

/** Finds how the objects are wrapped, by the first line; undefined if they are not. */
export const wrappingOf = (line: string): Wrapping | undefined => {
  const text = line.trim()
  if (/^data: ?\s*[{[]/.test(text) || /^(?:event|id|retry): ?[^,;\t]*$/.test(text) || /^:(?!.*[,;\t])/.test(text))
    return 'events'
  const [, name = '', object] = topic.exec(text) ?? []
  return object !== undefined && !/[{}",;]/.test(name) && isObject(object) ? 'topics' : undefined
}

/**
 * Creates a reader of lines such as `sensors/1 {"power": 3}`: the topic is the column `topic` of a row that has none.
 */
export const topicReader = ({ longest = longestLine }: LineConfig = {}): TextReader<Reading> =>
  eachLine({ longest }, (text, line, found) => {
    const [, name, object = text] = topic.exec(text) ?? []
    const reading = objectIn(object, line)
    found.push(
      reading.kind === 'row' && name !== undefined ? { ...reading, row: { topic: name, ...reading.row } } : reading,
    )
  })

/**
 * Creates a reader of server-sent events: the lines `data: …` up to an empty line are one object. Other fields and
 * comments are passed over.
 *
 * @see WHATWG, HTML Living Standard, section 9.2 (Server-sent events)
 */
export const eventReader = ({ longest = longestLine }: LineConfig = {}): TextReader<Reading> => {
  const lines = lineReader({ longest })
  let line = 0
  let data: string[] = []
  let begunAt = 0
  return (piece, last) => {
    const found: Reading[] = []
    const end = (): void => {
      if (data.length > 0) found.push(objectIn(data.join('\n'), begunAt, 'event'))
      data = []
    }
    for (const text of lines(piece, last)) {
      line++
      if (text === '') end()
      const [, part] = /^data:? ?(.*)$/.exec(text) ?? []
      if (part === undefined) continue
      // Some senders leave out the empty lines.
      if (data.length > 0 && isObject(data.join('\n'))) end()
      if (data.length === 0) begunAt = line
      data.push(part)
    }
    if (last) end()
    return found
  }
}
