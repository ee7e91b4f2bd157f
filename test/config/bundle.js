// Bundles the web page: src/dashboard → dist/dashboard, or the folder given as the first argument. Into dist it also
// writes the kernels as a file, for hosts that allow only precompiled modules.
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))
const source = `${root}src/dashboard`
const folder = process.argv[2] ?? `${root}dist/dashboard`

/** @param {import('esbuild').PluginBuild} bundle */
const interpreterAlone = (bundle) => {
  bundle.onLoad({ filter: /src[\\/]kernels[\\/]choose\.ts$/ }, ({ path }) => ({
    loader: 'ts',
    resolveDir: dirname(path),
    contents: `import { interpreter } from '../program/interpret.js'
      export const chooseExecutor = () => interpreter`,
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
    plugins: [{ name: 'interpreter alone', setup: interpreterAlone }],
    // The page's own settings, not those of a project around it.
    tsconfig: `${source}/tsconfig.json`,
  }),
  copyFile(`${source}/index.html`, `${folder}/index.html`),
])

if (process.argv[2] === undefined) {
  const { kernelBytes } = await import(`${root}dist/src/kernels/bytes.js`)
  await writeFile(`${root}dist/kernels.wasm`, kernelBytes())
}
