import { isIP } from 'node:net'

export interface GateOptions {
  /** The host that the server is bound to. */
  readonly host: string
  /** Further names that it is reached by, as behind a proxy. */
  readonly allowHosts?: readonly string[]
  /** Pages from elsewhere that may connect: `https://example.org`. */
  readonly allowOrigins?: readonly string[]
}

/** What a gate reads of a request: Node's type would make everyone who imports ours need Node's too. */
export interface Asking {
  readonly headers: { readonly host?: string | undefined; readonly origin?: string | undefined }
}

export interface Gate {
  /** Why a request is refused, or undefined. */
  host(request: Asking): string | undefined
  origin(request: Asking): string | undefined
}

/**
 * Who may come in. A page of any site can send requests to a server on its reader's own machine; two headers tell.
 *
 * Host: a name that its owner points at 127.0.0.1 (DNS rebinding) makes that page "same origin" with us. So only
 * names that we know are answered: localhost, the host bound, `allowHosts`, and addresses, which no one can rebind.
 * Origin: browsers send it with every WebSocket; without one, or with our own, it is no foreign page.
 */
export const createGate = ({ host: bound, allowHosts = [], allowOrigins = [] }: GateOptions): Gate => {
  const names = new Set(['localhost', bound, ...allowHosts].map((name) => name.toLowerCase()))
  return {
    host({ headers: { host = '' } }) {
      const [, name] = /^(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::\d{1,5})?$/i.exec(host) ?? []
      if (name === undefined) return 'The Host header is missing or malformed.'
      const known = names.has(name.toLowerCase()) || isIP(name.replace(/^\[|\]$/g, '')) !== 0
      return known ? undefined : `This server does not answer to "${name}". If it should: allowHosts: ['${name}'].`
    },
    origin({ headers: { host = '', origin } }) {
      if (origin === undefined || allowOrigins.includes(origin)) return undefined
      const from = URL.canParse(origin) ? new URL(origin) : undefined
      const own = (from?.protocol === 'http:' || from?.protocol === 'https:') && from.host === host.toLowerCase()
      return own ? undefined : `Pages of this origin may not connect. If they should: allowOrigins, by its exact text.`
    },
  }
}
