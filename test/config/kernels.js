// Compiles the AssemblyScript kernels and embeds their bytes: src/kernels/bytes.ts, and kernels.wasm beside it in dist.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** @returns {Promise<Uint8Array>} */
export const compileKernels = async () => {
  const { error, stderr } = await asc.main([
    `${root}src/kernels/assembly/index.ts`,
    ...['--outFile', `${root}dist/kernels.wasm`, '--runtime', 'stub', '--enable', 'simd'],
    ...['--disable', 'mutable-globals', '--importMemory', '--noExportMemory', '--noAssert', '-O3', '--converge'],
  ])
  if (error) throw new Error(`${error.message}\n${stderr}`)
  return readFileSync(`${root}dist/kernels.wasm`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(`${root}dist`, { recursive: true })
  const bytes = await compileKernels()
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,110}/g) ?? []
  writeFileSync(
    `${root}src/kernels/bytes.ts`,
    `// Made by \`npm run kernels\` from src/kernels/assembly; a test compares the two. ${bytes.length} bytes.

const text = \`
${lines.join('\n')}
\`

/** The compiled kernels. */
export const kernelBytes = (): Uint8Array<ArrayBuffer> => {
  const binary = atob(text.replace(/\\s/g, ''))
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}
`,
  )
  console.log(`${bytes.length} bytes`)
}
