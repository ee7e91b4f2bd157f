import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** What a page needs to learn a stream of numbers. */
const page = `export { createModel, dense, fromRows, learn, numeric } from './operators/index.js'`

/** The page's bundle as it goes over the wire; what weighs in it, as esbuild counts; what it leaves to others. */
const bundle = async (external: readonly string[]): Promise<{ gzip: number; table: string; imports: string[] }> => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: page, resolveDir: root, loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external: [...external],
  })
  const [output] = Object.values(metafile.outputs)
  const table = Object.entries(output?.inputs ?? {})
    .sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput)
    .slice(0, 20)
    .map(([file, { bytesInOutput }]) => `${String(bytesInOutput).padStart(7)}  ${file}`)
  return {
    gzip: gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length,
    table: `bytes before gzip:\n${table.join('\n')}`,
    imports: output?.imports.map(({ path }) => path) ?? [],
  }
}

/** The kernels' text alone: what a page leaves out that fetches `rxgrad/kernels.wasm` and hands it to `init`. */
const kernels = gzipSync(readFileSync(`${root}src/kernels/bytes.ts`), { level: 9 }).length

// RxJS is a peer dependency: an app that pipes streams has it already, and brings it once for all.
it('a page that learns is at most 43 kB of gzip beside RxJS and the kernels, 70 kB with the kernels', async () => {
  const { gzip, table, imports } = await bundle(['rxjs'])
  expect([...new Set(imports)]).toEqual(['rxjs'])
  expect(gzip - kernels, table).toBeLessThanOrEqual(43_000)
  expect(gzip, table).toBeLessThanOrEqual(70_000)
})

it('RxJS adds at most 8 kB to it', async () => {
  const [beside, within] = await Promise.all([bundle(['rxjs']), bundle([])])
  expect(within.imports).toEqual([])
  expect(within.gzip - beside.gzip, within.table).toBeLessThanOrEqual(8000)
})
