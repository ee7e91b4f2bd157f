// Bundles the web page: src/dashboard → dist/dashboard, or the folder given as the first argument. Into dist it also
// writes the kernels as a file, for hosts that allow only precompiled modules, the schema of the command's configuration, and the command in one file: a process
// that lives for a quarter of a second would spend a fifth of it on finding two hundred.
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))
const source = `${root}src/dashboard`
const folder = process.argv[2] ?? `${root}dist/dashboard`

/** @param {import('esbuild').PluginBuild} bundle */
const interpreterAlone = (bundle) => {
  bundle.onLoad({ filter: /src[\\/]kernels[\\/]host[\\/]choose\.ts$/ }, ({ path }) => ({
    loader: 'ts',
    resolveDir: dirname(path),
    contents: `import { interpreter } from '../../program/interpret.js'
      export const chooseExecutor = () => interpreter`,
  }))
}

/**
 * The page is given rows as numbers and learns nothing, so what reads objects and what takes steps stays outside.
 * @param {import('esbuild').PluginBuild} bundle
 */
const nothingLearned = (bundle) => {
  const without = {
    'features/hashedRow': ['writeSparseRow', 'copySparseRow', 'writeSums', 'namesIn'],
    'features/terms': ['eachWords', 'eachCharacters'],
    'features/gatherMemories': ['gatherMemories'],
    'features/keyedRows': ['createKeyedRows'],
    'program/steps': ['stepKernels'],
  }
  for (const [file, names] of Object.entries(without))
    bundle.onLoad({ filter: new RegExp(`src/${file}\\.ts$`.replaceAll('/', '[\\\\/]')) }, () => ({
      contents: names.map((name) => `export const ${name} = () => undefined`).join('\n'),
    }))
}

/**
 * The page writes its numbers in English. uPlot would ask the browser for a language, and fail where its name is unusual.
 * @param {import('esbuild').PluginBuild} bundle
 */
const chartsInEnglish = (bundle) => {
  bundle.onLoad({ filter: /uPlot\.esm\.js$/ }, async ({ path }) => ({
    contents: (await readFile(path, 'utf8')).replace('domEnv ? nav.language : ', ''),
  }))
}

/**
 * The command finds the kernels in their own file, which is quicker to read than their text.
 * @param {import('esbuild').PluginBuild} bundle
 */
const kernelsInAFile = (bundle) => {
  bundle.onLoad({ filter: /src[\\/]kernels[\\/]host[\\/]bytes\.ts$/ }, () => ({
    contents: `import { readFileSync } from 'node:fs'
      export const kernelBytes = () => readFileSync(new URL('../../../kernels.wasm', import.meta.url))`,
  }))
}

await mkdir(folder, { recursive: true })
await Promise.all([
  build({
    entryPoints: [`${source}/main.ts`, `${source}/style.css`],
    outdir: folder,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'warning',
    // One model at a time, a few times a second: the interpreter is enough for the page, and a fifth of it smaller.
    plugins: [
      { name: 'interpreter alone', setup: interpreterAlone },
      { name: 'nothing learned', setup: nothingLearned },
      { name: 'charts in English', setup: chartsInEnglish },
    ],
    // The page's own settings, not those of a project around it.
    tsconfig: `${source}/tsconfig.json`,
  }),
  copyFile(`${source}/index.html`, `${folder}/index.html`),
])

if (process.argv[2] === undefined) {
  // where tsc put it, so that what is looked for beside it is found; what is imported later is a file of its own
  const outdir = `${root}dist/src/node/cli`
  for (const name of await readdir(outdir)) if (name.startsWith('bundled-')) await rm(`${outdir}/${name}`)
  await build({
    entryPoints: [`${root}src/node/cli/main.ts`],
    outdir,
    chunkNames: 'bundled-[hash]',
    bundle: true,
    splitting: true,
    minifySyntax: true,
    minifyWhitespace: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    plugins: [{ name: 'kernels in a file', setup: kernelsInAFile }],
    logLevel: 'warning',
    tsconfig: `${root}tsconfig.json`,
  })
  // tsc has just written this file; as a URL it can be imported on every system
  const { kernelBytes } = await import(new URL('../../dist/src/kernels/host/bytes.js', import.meta.url).href)
  await writeFile(`${root}dist/kernels.wasm`, kernelBytes())
  await copyFile(`${root}src/node/cli/config.schema.json`, `${root}dist/config.schema.json`)
}
