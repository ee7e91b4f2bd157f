import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundledUrl } from '../files/bundledUrl.js'

/** Answers a request for the file at `path`, which begins with `/` whatever the page is mounted on. */
export type PageHandler = (request: IncomingMessage, response: ServerResponse, path: string) => Promise<void>

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

/** Returns the folder of the page that `npm run build` writes, for the built package and for its source. */
export const builtPage = (): string => {
  // The path is joined here, because a bundler takes a URL beside a module for a file of its own to bundle.
  const here = dirname(fileURLToPath(import.meta.url ?? bundledUrl))
  const places = ['../../../dashboard', '../../../dist/dashboard'].map((at) => join(here, at))
  return places.find((folder) => existsSync(join(folder, 'index.html'))) ?? places[1]
}

/** Returns the texts that are origins, as http://example.org:8123 is, so that a policy can name them. */
const originsIn = (texts: readonly string[]): readonly string[] =>
  texts.filter((text) => /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text)

/**
 * Returns the policy by which a page runs only code from this server's files, and connects only to this server. It
 * names the host, because not every browser takes `'self'` to include ws:. Pages that may connect may also frame it.
 */
const policy = (host: string, origins: readonly string[]): string =>
  [
    "default-src 'self'",
    `connect-src 'self' ws://${host} wss://${host}`,
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    ["frame-ancestors 'self'", ...origins].join(' '),
  ].join('; ')

/**
 * Serves the files that are in `folder` when the server is created, and no others. A request is looked up in a table of
 * these files, so that a path that a client sends never reaches the file system.
 *
 * @param allowOrigins the origins of other pages that may show it in a frame
 */
export const createPage = (folder: string, allowOrigins: readonly string[] = []): PageHandler => {
  const origins = originsIn(allowOrigins)
  const files = new Map<string, { readonly path: string; readonly type: string }>()
  for (const entry of existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : []) {
    const type = types[extname(entry.name)]
    if (entry.isFile() && type !== undefined) files.set(`/${entry.name}`, { path: join(folder, entry.name), type })
  }
  const index = files.get('/index.html')
  if (index !== undefined) files.set('/', index)

  return async (request, response, path) => {
    const answer = (status: number, type: string, body: string | Uint8Array): void => {
      response.writeHead(status, {
        'Content-Type': type,
        'Content-Length': Buffer.byteLength(body),
        'Cache-Control': 'no-cache',
        // The gate has checked this Host, which contains only a name or an address, and a port.
        'Content-Security-Policy': policy(request.headers.host ?? '', origins),
        'X-Content-Type-Options': 'nosniff',
        'Referrer-Policy': 'no-referrer',
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Resource-Policy': 'same-origin',
      })
      response.end(request.method === 'HEAD' ? undefined : body)
    }
    const answerLine = (status: number, line: string): void => answer(status, 'text/plain; charset=utf-8', `${line}\n`)

    const file = files.get(path)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD')
      answerLine(405, 'This server answers only GET and HEAD.')
    } else if (file !== undefined) {
      await readFile(file.path).then(
        (body) => answer(200, file.type, body),
        () => answerLine(404, 'This file was removed after the server was started.'),
      )
    } else if (path === '/') {
      answerLine(
        404,
        'The files of the page are missing; run npm run build in the package, or leave rxgrad out of your bundle (external). The WebSocket is available without them.',
      )
    } else {
      answerLine(404, 'There is no such file.')
    }
  }
}
