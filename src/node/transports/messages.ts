import { checkFunction } from '../../options/checkFunction.js'
import type { Cursor } from '../../values.js'
import { objectIn, shortened } from '../sources/jsonObject.js'
import type { Brought } from '../sources/pulledSource.js'
import type { SourceOptions, SourceRow } from '../sources/source.js'
import { checkSource } from '../sources/sourceOptions.js'

/** A message as a transport brought it. */
export interface Message {
  /** The topic, subject or kind of the message; '' where the transport has none. */
  readonly topic: string
  readonly text: string
  readonly bytes: Uint8Array
}

/** Makes a row, or an array of rows, of a message; what it throws rejects the message. */
export type ParseMessage<T = SourceRow> = (message: Message) => T | readonly T[]

export interface MessageOptions<T = SourceRow> extends SourceOptions<T> {
  /** Makes rows of a message, as in `({ topic, text }) => ({ topic, value: Number(text) })`. Default: JSON. */
  readonly parse?: ParseMessage<T> | undefined
}

export const checkMessages = <T>(by: string, options: MessageOptions<T>): void => {
  checkSource(by, options)
  if (options.parse !== undefined)
    checkFunction(`${by}: parse`, options.parse, 'a function of a message { topic, text, bytes } that returns a row')
}

/**
 * Returns the rows of a message. Only the last one has the cursor, so that a message of which not all rows were read
 * comes again.
 */
export const rowsOf = <T>(parse: ParseMessage<T> | undefined, message: Message, cursor?: Cursor): Brought[] => {
  const at = cursor === undefined ? {} : { cursor }
  const { text } = message
  if (parse === undefined && text.trimStart()[0] === '{') {
    const reading = objectIn(text, 0, 'message')
    return [
      reading.kind === 'row'
        ? { kind: 'brought', row: reading.row, ...at }
        : { kind: 'rejection', reason: reading.reason, row: text, ...at },
    ]
  }
  try {
    const parsed: unknown = parse === undefined ? JSON.parse(text) : parse(message)
    const rows: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed]
    return rows.map((row, i) => ({ kind: 'brought', row, ...(i === rows.length - 1 ? at : {}) }))
  } catch (error) {
    const reason =
      parse === undefined ? `the message is not JSON: "${shortened(text)}"` : `parse fails: ${(error as Error).message}`
    return [{ kind: 'rejection', reason, row: text, ...at }]
  }
}
