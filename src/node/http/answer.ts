import { shown } from '../../options/shown.js'

/** An answer: a text with its type, or data that is sent as JSON; without a body, nothing but its headers. */
export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A request that cannot be answered as it is; the message says why, and what was expected. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export const failure = (status: number, error: string): Answer => ({ status, body: { error } })

/** Returns the message of what was thrown, which need not be an error. */
export const messageOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : `${shown(thrown)} was thrown`
