import { Refused } from './reconnecting.js'

/** An event of a stream of server-sent events. */
export interface ServerEvent {
  /** Its type; 'message' if it names none. */
  readonly type: string
  readonly data: string
  /** The identifier that it brought itself. */
  readonly id: string | undefined
}

export interface EventStream {
  /** The identifier to go on after: the newest of any event, even of one without data. */
  readonly lastId: string
  /** The wait before a new connection that the server asked for, in milliseconds. */
  readonly retryMs: number | undefined
  /** Takes a piece of text and returns the events that are complete. */
  read(piece: string): ServerEvent[]
}

/**
 * Creates a parser of `text/event-stream`. An event that the end of the stream cuts off is dropped.
 *
 * Source: WHATWG, HTML Living Standard, 9.2.6 Interpreting an event stream.
 *
 * @param longest the largest number of characters in a line or in the data of an event
 * @throws Refused for more than that, because the same event would come again
 */
export const eventStream = (lastId: string, longest: number): EventStream => {
  let text = ''
  let isFirst = true
  let endedInCr = false
  let data: string[] = []
  let size = 0
  let type = ''
  /** The identifier of the event that is being read. */
  let id: string | undefined
  const stream = { lastId, retryMs: undefined as number | undefined, read }

  /** Takes a line, and returns the event that it completes. */
  const take = (line: string): ServerEvent | undefined => {
    if (line === '') {
      if (id !== undefined) stream.lastId = id
      const event = size === 0 ? undefined : { type: type || 'message', data: data.join('\n'), id }
      ;[data, size, type, id] = [[], 0, '', undefined]
      return event
    }
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const from = colon < 0 ? line.length : line[colon + 1] === ' ' ? colon + 2 : colon + 1
    const value = line.slice(from)
    if (field === 'data') {
      data.push(value)
      size += value.length + 1
      checkLength(size)
    } else if (field === 'event') type = value
    else if (field === 'id' && !value.includes('\0')) id = value
    else if (field === 'retry' && /^\d{1,9}$/.test(value)) stream.retryMs = Number(value)
    return undefined
  }
  const checkLength = (length: number): void => {
    if (length <= longest) return
    throw new Refused(`an event is longer than ${longest.toLocaleString('en')} characters; give a larger longest.`)
  }
  function read(piece: string): ServerEvent[] {
    const found: ServerEvent[] = []
    let rest = piece
    if (isFirst && rest !== '') {
      isFirst = false
      if (rest.startsWith('\ufeff')) rest = rest.slice(1)
    }
    // CR and LF in two pieces are one line end.
    if (endedInCr && rest !== '') {
      if (rest.startsWith('\n')) rest = rest.slice(1)
      endedInCr = false
    }
    const ends = /\r\n|\n|\r/g
    let from = 0
    for (let end = ends.exec(rest); end !== null; end = ends.exec(rest)) {
      const event = take(text + rest.slice(from, end.index))
      text = ''
      if (event !== undefined) found.push(event)
      from = ends.lastIndex
    }
    endedInCr ||= rest.endsWith('\r')
    text += rest.slice(from)
    checkLength(text.length)
    return found
  }
  return stream
}
