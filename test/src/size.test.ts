import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** The imports of a page that learns a stream of numbers. */
const pageOf = (entry: string): string =>
  `export { createModel, dense, fromRows, init, learn, numeric } from '${entry}'`

interface Bundle {
  readonly gzip: number
  readonly table: string
  readonly imports: string[]
  readonly inputs: string[]
}
const bundles = new Map<string, Promise<Bundle>>()
const bundle = (contents: string, external: readonly string[]): Promise<Bundle> => {
  const key = JSON.stringify([contents, external])
  const built = bundles.get(key) ?? builtOf(contents, external)
  bundles.set(key, built)
  return built
}

/** Builds the page's bundle: its gzip size, its largest files as esbuild counts them, and its external imports. */
const builtOf = async (contents: string, external: readonly string[]): Promise<Bundle> => {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external: [...external],
    alias: { 'rxgrad/fast': `${root}src/kernels/host/fast.ts` },
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
    inputs: Object.entries(output?.inputs ?? {}).flatMap(([file, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [file] : [],
    ),
  }
}

// RxJS is a peer dependency: an app that pipes streams has it already, and bundles it once.
it('a page that learns and fetches the kernels is at most 40.6 kB of gzip beside RxJS', async () => {
  const { gzip, table, imports, inputs } = await bundle(pageOf('./operators/slim.js'), ['rxjs'])
  expect([...new Set(imports)]).toEqual(['rxjs'])
  expect(inputs).not.toContain('src/kernels/host/bytes.ts')
  expect(gzip, table).toBeLessThanOrEqual(40_600)
})

it('a page with embedded kernels is at most 84.1 kB', async () => {
  const { gzip, table, inputs } = await bundle(pageOf('./operators/index.js'), ['rxjs'])
  expect(inputs).toContain('src/kernels/host/bytes.ts')
  expect(inputs).not.toContain('src/kernels/host/fastBytes.ts')
  expect(gzip, table).toBeLessThanOrEqual(84_100)
})

it("the kernels of precision 'fast' are bundled only where they are imported", async () => {
  const { inputs } = await bundle(`import 'rxgrad/fast'; ${pageOf('./operators/slim.js')}`, ['rxjs'])
  expect(inputs).toContain('src/kernels/host/fastBytes.ts')
  expect(inputs).not.toContain('src/kernels/host/bytes.ts')
})

it('no export of the slim package bundles the kernels', async () => {
  const { inputs } = await bundle("export * from './operators/slim.js'", ['rxjs'])
  expect(inputs).not.toContain('src/kernels/host/bytes.ts')
})

it('RxJS adds at most 8 kB', async () => {
  const [beside, within] = await Promise.all([
    bundle(pageOf('./operators/slim.js'), ['rxjs']),
    bundle(pageOf('./operators/slim.js'), []),
  ])
  expect(within.imports).toEqual([])
  expect(within.gzip - beside.gzip, within.table).toBeLessThanOrEqual(8000)
})

it('the guide tells these sizes', async () => {
  const guide = readFileSync(`${root}examples/running.md`, 'utf8').replace(/\s+/g, ' ')
  const [, embedded, slim, rx] =
    /needs nothing else: (\d+) kB .* without it: (\d+) kB, .* without RxJS, which adds (\d+) kB/.exec(guide) ?? []
  const [whole, beside, within] = await Promise.all([
    bundle(pageOf('./operators/index.js'), ['rxjs']),
    bundle(pageOf('./operators/slim.js'), ['rxjs']),
    bundle(pageOf('./operators/slim.js'), []),
  ])
  const sizes = [whole.gzip, beside.gzip, within.gzip - beside.gzip].map((bytes) => Math.round(bytes / 1000))
  expect([embedded, slim, rx].map(Number)).toEqual(sizes)
})
