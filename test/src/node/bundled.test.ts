import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))

const program = `
import { of } from 'rxjs'
import { createModel, dense, learn, numeric } from './operators/index.js'
import { createServer, workers } from './src/node/index.js'
const model = createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(8), dense(1)], shards: 2 })
const rows = Array.from({ length: 64 }, (_, i) => ({ x: i % 5, y: i % 5 }))
process.on('warning', ({ message }) => console.log(message))
of(rows).pipe(learn(model, { batch: 32, engine: workers(2) })).subscribe()
createServer({ models: { model } }).then(async (server) => {
  console.log(model.step, await (await fetch(server.url.replace('ws', 'http'))).text())
  await server.close()
})`

test.each(['esm', 'cjs'] as const)(
  'a server in a bundle of %s learns and serves, and says what its page lacks',
  async (format) => {
    const folder = mkdtempSync(join(tmpdir(), 'rxgrad-'))
    try {
      const outfile = join(folder, format === 'esm' ? 'server.mjs' : 'server.cjs')
      const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"
      await build({
        ...{ stdin: { contents: program, resolveDir: root, loader: 'ts' }, outfile, format, logLevel: 'error' },
        ...{ bundle: true, platform: 'node', ...(format === 'esm' && { banner: { js: banner } }) },
        logOverride: { 'empty-import-meta': 'silent' },
      })
      const said = execFileSync(process.execPath, [outfile], { encoding: 'utf8' })
      expect(said).toMatch(/^2 The files of the page are missing;.*leave rxgrad out of your bundle/m)
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
)
