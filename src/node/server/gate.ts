import { isIP } from 'node:net'
import { createTokenCheck, tokenOf } from './token.js'

export interface GateOptions {
  /** The host that the server is bound to. */
  readonly host: string
  /** Further names under which it is reached, such as those of a proxy. */
  readonly allowHosts?: readonly string[] | undefined
  /** The origins of other pages that may connect, such as `https://example.org`. */
  readonly allowOrigins?: readonly string[] | undefined
  /** The secret that every client has to give. Default: none is asked for. */
  readonly token?: string | undefined
}

/** The part of a request that a gate reads. It is declared here so that users of these types need no types of Node. */
export interface GateRequest {
  readonly url?: string | undefined
  readonly headers: {
    readonly host?: string | undefined
    readonly origin?: string | undefined
    readonly authorization?: string | undefined
  }
}

/** Decides which requests are answered. The first three return why a request is refused, or undefined. */
export interface Gate {
  host(request: GateRequest): string | undefined
  origin(request: GateRequest): string | undefined
  token(request: GateRequest): string | undefined
  /** Returns the origin of a request if it is one of `allowOrigins`, whose pages may read the answer. */
  friend(request: GateRequest): string | undefined
}

/**
 * Creates a gate. A page of any site can send requests to a server on the machine of its reader; two headers reveal
 * them.
 *
 * Host: an owner who points a name at 127.0.0.1 (DNS rebinding) makes pages under that name "same origin" with this
 * server. Therefore only known names are answered: localhost, the bound host, `allowHosts`, and addresses, which cannot
 * be rebound. Origin: browsers send it with every WebSocket. A request without one, or with that of this server, does
 * not come from another site's page. What other machines may see is decided by the token.
 */
export const createGate = ({ host: bound, allowHosts = [], allowOrigins = [], token }: GateOptions): Gate => {
  const names = new Set(['localhost', bound, ...allowHosts].map((name) => name.toLowerCase()))
  const isRight = token === undefined ? () => true : createTokenCheck(token)
  return {
    host({ headers: { host = '' } }) {
      const [, name] = /^(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::\d{1,5})?$/i.exec(host) ?? []
      if (name === undefined) return 'The Host header is missing or malformed.'
      const known = names.has(name.toLowerCase()) || isIP(name.replace(/^\[|\]$/g, '')) !== 0
      return known
        ? undefined
        : `This server does not answer to the name "${name}"; if it should, give allowHosts: ['${name}'].`
    },
    origin({ headers: { host = '', origin } }) {
      if (origin === undefined || allowOrigins.includes(origin)) return undefined
      const from = URL.canParse(origin) ? new URL(origin) : undefined
      const own = (from?.protocol === 'http:' || from?.protocol === 'https:') && from.host === host.toLowerCase()
      return own
        ? undefined
        : `Pages of this origin may not connect; if they should, give its exact text in allowOrigins.`
    },
    friend: ({ headers: { origin } }) => (origin !== undefined && allowOrigins.includes(origin) ? origin : undefined),
    token({ url = '', headers: { authorization } }) {
      return isRight(tokenOf(url, authorization) ?? '')
        ? undefined
        : 'The token is missing or wrong; expected the header Authorization: Bearer …, or, where a browser can set none, ?token=… (URL-encoded) at the end of the address.'
    },
  }
}
