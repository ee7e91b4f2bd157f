import { checkFunction } from '../../options/checkFunction.js'
import { shown } from '../../options/shown.js'
import type { Row } from '../../values.js'
import { checkLineSink, type LineSinkOptions, lineSinkDefaults } from './lineSinkOptions.js'
import { jsonOf } from './queuedSink.js'

export interface MessageSinkOptions extends LineSinkOptions {
  /** Makes the message of a row, as in `({ device, prediction }) => `${prediction}``. Default: JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: The columns of a row are those that the user writes.
  readonly text?: ((row: any) => string | Uint8Array) | undefined
}

export const messageDefaults: typeof lineSinkDefaults & { readonly text: undefined } = {
  ...lineSinkDefaults,
  text: undefined,
}

export const checkMessageSink = (by: string, options: MessageSinkOptions): void => {
  checkLineSink(by, options)
  if (options.text !== undefined)
    checkFunction(`${by}: text`, options.text, 'a function of a row that returns a text, or bytes')
}

/** Returns a row's message. */
export const messageOf = (what: string, text: MessageSinkOptions['text'], row: Row): string | Uint8Array => {
  if (text === undefined) return jsonOf(what, row)
  const made: unknown = text(row)
  if (typeof made === 'string' || made instanceof Uint8Array) return made
  throw new TypeError(`${what}: text returned ${shown(made)}; expected a text, or bytes.`)
}

/** A topic, or a function that returns that of a row. */
// biome-ignore lint/suspicious/noExplicitAny: The columns of a row are those that the user writes.
export type TopicOf = string | ((row: any) => string)

/** Returns where each row goes, and its message. */
export const addressed = (
  what: string,
  topic: unknown,
  { text }: { readonly text?: unknown },
  rows: readonly Row[],
): { readonly to: string; readonly message: string | Uint8Array }[] =>
  rows.map((row) => {
    const to: unknown = typeof topic === 'function' ? topic(row) : topic
    if (!isTopic(to))
      throw new TypeError(`${what}: the topic is ${shown(to)}; expected one without spaces and wildcards.`)
    return { to, message: messageOf(what, text as MessageSinkOptions['text'], row) }
  })

/** Tells whether a text has neither spaces nor the wildcards of MQTT and NATS. */
const isTopic = (topic: unknown): topic is string => typeof topic === 'string' && /^[^\s#+*>\0]+$/.test(topic)

/** Checks a topic, or what makes it of a row. */
export const checkTopic = (what: string, topic: unknown, example: string): void => {
  if (typeof topic === 'function' || isTopic(topic)) return
  throw new TypeError(
    `${what} is ${shown(topic)}; expected one without wildcards, such as '${example}', or a function of a row.`,
  )
}
