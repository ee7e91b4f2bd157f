// Bundles the web page: src/dashboard → dist/dashboard, or the folder given as the first argument.
import { copyFile, mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))
const source = `${root}src/dashboard`
const folder = process.argv[2] ?? `${root}dist/dashboard`

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
    // The page's own settings, not those of a project around it.
    tsconfig: `${source}/tsconfig.json`,
  }),
  copyFile(`${source}/index.html`, `${folder}/index.html`),
])
