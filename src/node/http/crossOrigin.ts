import type { IncomingMessage } from 'node:http'
import type { Answer } from './answer.js'

/** Tells whether a browser asks what pages of another origin may send, which it does before it sends JSON for one. */
export const isPreflight = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' && headers['access-control-request-method'] !== undefined

/** What pages of an origin that is allowed may send. */
export const preflight = (methods: string): Answer => ({
  status: 204,
  headers: {
    'Access-Control-Allow-Methods': methods,
    'Access-Control-Allow-Headers': 'Authorization, Content-Type, Idempotency-Key',
    'Access-Control-Max-Age': '600',
  },
})

/** Lets pages of an origin read an answer; undefined is for requests of no other page. */
export const readableFor = (origin: string | undefined, answer: Answer): Answer =>
  origin === undefined
    ? answer
    : {
        ...answer,
        headers: {
          ...answer.headers,
          'Access-Control-Allow-Origin': origin,
          'Access-Control-Expose-Headers': 'Retry-After',
          Vary: 'Origin',
        },
      }
