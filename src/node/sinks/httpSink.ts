import { optionsOf } from '../../options/optionsOf.js'
import { shown } from '../../options/shown.js'
import type { CountingSink } from '../../results/sink.js'
import { addressOf, checkHeaders, serverAdvice } from '../transports/address.js'
import { Refused, reasonOf } from '../transports/reconnecting.js'
import { Busy, lineSink } from './lineSink.js'
import { checkLineSink, type LineSinkOptions, lineSinkDefaults } from './lineSinkOptions.js'
import { jsonOf } from './queuedSink.js'

export interface HttpSinkOptions extends LineSinkOptions {
  /** The secret of the server, which is sent as a bearer token. Default: none. */
  readonly token?: string | undefined
  /** Further headers of each request. */
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Sends rows by HTTP POST, as NDJSON of up to `inFlight` rows a request: to the `httpIngest` of another process, or to
 * anything else that answers 2xx once it has them.
 *
 * A request has an Idempotency-Key that stays the same when it is sent again, by which `httpIngest` takes its rows once.
 * It waits where the server answers 429, as its Retry-After says, and is sent again after a lost connection.
 *
 * @throws TypeError for an address that does not begin with http:// or https:// and for an unknown option; from `write`,
 * ConnectionError if the server refuses the rows, with its reason, or if there is no connection within `timeoutMs`
 * @example
 * const next = httpSink('http://localhost:3000/rows', { token: 'secret' })
 * const sent$ = row$.pipe(learn(model), writeTo(next, { keep: ['time', 'device'] }))
 */
export const httpSink = (url: string, options: HttpSinkOptions = {}): CountingSink => {
  const by = 'httpSink'
  const given = optionsOf(by, options, { ...lineSinkDefaults, token: undefined, headers: {} })
  const { token, headers } = given
  const address = addressOf(by, url, ['http:', 'https:'])
  checkLineSink(by, given as LineSinkOptions)
  checkHeaders(by, headers)
  if (token !== undefined && (typeof token !== 'string' || token === ''))
    throw new TypeError(`${by}: token is ${shown(token)}; expected a text.`)
  const what = `${by} ${address.shown}`

  return lineSink(what, serverAdvice, given, async () => {
    const abort = new AbortController()
    return {
      async send({ id, rows }) {
        const body = rows.map((row) => `${jsonOf(what, row)}\n`).join('')
        const answer = await fetch(url, {
          method: 'POST',
          headers: {
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            ...headers,
            ...{ 'content-type': 'application/x-ndjson', 'idempotency-key': id },
          },
          body,
          redirect: 'error',
          signal: abort.signal,
        }).catch((error) => {
          throw new Error(reasonOf(error))
        })
        const text = await answer.text()
        if (answer.ok) return
        if (answer.status === 429) throw new Busy(1000 * (Number(answer.headers.get('retry-after')) || 1))
        const reason = `it answers ${answer.status}${text === '' ? '' : `: ${reasonIn(text)}`}`
        if (answer.status >= 400 && answer.status < 500 && answer.status !== 408)
          throw new Refused(`${reason.replace(/\.$/, '')}; ${adviceOn(answer.status)}`)
        throw new Error(reason)
      },
      end: () => abort.abort(),
    }
  })
}

/** The reason in an answer, such as that of `httpIngest`: { error, rows: [{ index, reason }] }. */
const reasonIn = (text: string): string => {
  try {
    const { error, rows } = JSON.parse(text) as { error?: string; rows?: readonly { index: number; reason: string }[] }
    if (error === undefined) return shown(text)
    const [first] = rows ?? []
    return first === undefined ? error : `${error} Row ${first.index}: ${first.reason}`
  } catch {
    return shown(text)
  }
}

const adviceOn = (status: number): string =>
  status === 401 || status === 403
    ? 'give the token that it expects.'
    : status === 413
      ? 'give a smaller inFlight.'
      : status === 422
        ? 'choose what is written by rows of writeTo.'
        : 'check the path, and what it expects.'
