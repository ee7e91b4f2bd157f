import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export type PageHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

/** Where `npm run build` puts the page, seen from the built file and from the source. */
export const builtPage = (): string => {
  const places = ['../../../dashboard', '../../../dist/dashboard'].map((at) =>
    fileURLToPath(new URL(at, import.meta.url)),
  )
  return places.find((folder) => existsSync(join(folder, 'index.html'))) ?? places[1]
}

/** No code but our own files', no connection but to this server. `'self'` is not enough for ws: in every browser. */
const policy = (host: string): string =>
  [
    "default-src 'self'",
    `connect-src 'self' ws://${host} wss://${host}`,
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

/**
 * Serves the files that lie in `folder` when the server is made, and no others: a request is looked up in that table,
 * so no path that a stranger writes ever reaches the file system.
 */
export const createPage = (folder: string): PageHandler => {
  const files = new Map<string, { readonly path: string; readonly type: string }>()
  for (const entry of existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : []) {
    const type = types[extname(entry.name)]
    if (entry.isFile() && type !== undefined) files.set(`/${entry.name}`, { path: join(folder, entry.name), type })
  }
  const index = files.get('/index.html')
  if (index !== undefined) files.set('/', index)

  return async (request, response) => {
    const answer = (status: number, type: string, body: string | Uint8Array): void => {
      response.writeHead(status, {
        'Content-Type': type,
        'Content-Length': Buffer.byteLength(body),
        'Cache-Control': 'no-cache',
        // The gate has let this Host through: it is a name or an address and a port, and nothing else.
        'Content-Security-Policy': policy(request.headers.host ?? ''),
        'X-Content-Type-Options': 'nosniff',
        'Referrer-Policy': 'no-referrer',
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Resource-Policy': 'same-origin',
      })
      response.end(request.method === 'HEAD' ? undefined : body)
    }
    const say = (status: number, line: string): void => answer(status, 'text/plain; charset=utf-8', `${line}\n`)

    const path = (request.url ?? '/').split('?', 1)[0]
    const file = files.get(path)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD')
      say(405, 'GET and HEAD only.')
    } else if (file !== undefined) {
      await readFile(file.path).then(
        (body) => answer(200, file.type, body),
        () => say(404, 'It was here when the server began, and is gone.'),
      )
    } else if (path === '/') {
      say(404, 'The page is not built. In the package: npm run build. The WebSocket is here all the same.')
    } else {
      say(404, 'Not here.')
    }
  }
}
