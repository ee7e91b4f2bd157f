import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Bundles a piece of TypeScript into one file for Node, as if it were at `url`; `rxgrad` refers to this tree. */
export const bundle = async (contents: string, file: string, url?: URL): Promise<void> => {
  await build({
    stdin: { contents, resolveDir: url ? fileURLToPath(new URL('.', url)) : root, loader: 'ts' },
    alias: {
      rxgrad: `${root}operators/index.ts`,
      'rxgrad/fast': `${root}src/kernels/host/fast.ts`,
      'rxgrad/slim': `${root}operators/slim.ts`,
      'rxgrad/circuit': `${root}src/circuit.ts`,
      'rxgrad/node': `${root}src/node/index.ts`,
      'rxgrad/client': `${root}src/client/index.ts`,
      'rxgrad/wire': `${root}src/wire/index.ts`,
      'rxgrad/testing': `${root}src/testing/index.ts`,
    },
    ...(url && { define: { 'import.meta.url': JSON.stringify(url.href) } }),
    outfile: file,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'silent',
    // Packages that were written for `require` find it here.
    banner: { js: "import { createRequire as of } from 'node:module'; const require = of(import.meta.url);" },
  })
}
