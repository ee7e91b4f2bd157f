// Compiles the AssemblyScript kernels and embeds their bytes: src/kernels/bytes.ts, and fastBytes.ts those of the build with
// relaxed SIMD; each as a .wasm in dist too.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const root = fileURLToPath(new URL('../..', import.meta.url))

// as src/kernels/embeddedText.ts reads them: what a text between single quotes may hold; the last two stand before letters that mean more than they say
const LETTERS = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i))
  .filter((letter) => !['\\', "'", '`', '$', '"', '*'].includes(letter))
  .join('')
const SINGLE = LETTERS.length - 2

/** @param {Uint8Array} bytes */
const written = (bytes) =>
  [...bytes]
    .map((byte) => {
      const above = Math.floor(byte / SINGLE)
      return (above === 0 ? '' : LETTERS[SINGLE + above - 1]) + LETTERS[byte % SINGLE]
    })
    .join('')

/** @param {boolean} fast @returns {Promise<Uint8Array>} */
export const compileKernels = async (fast = false) => {
  const file = `${root}dist/${fast ? 'fast' : 'kernels'}.wasm`
  const { error, stderr } = await asc.main([
    `${root}src/kernels/assembly/index.ts`,
    ...['--outFile', file, '--runtime', 'stub', '--enable', 'simd', ...(fast ? ['--enable', 'relaxed-simd'] : [])],
    ...['--disable', 'mutable-globals', '--importMemory', '--noExportMemory', '--noAssert', '-O3', '--converge'],
  ])
  if (error) throw new Error(`${error.message}\n${stderr}`)
  return readFileSync(file)
}

/** The text of a file that embeds them. @param {Uint8Array} bytes @param {string} name @param {string} what */
const embedding = (bytes, name, what) =>
  `// Made by \`npm run kernels\` from src/kernels/assembly; a test compares the two. ${bytes.length} bytes.

import { bytesOfText } from './embeddedText.js'

const text =
${written(bytes)
  .match(/.{1,4000}/gs)
  .map((line) => `  '${line}'`)
  .join(' +\n')}

/** ${what} */
export const ${name} = (): Uint8Array<ArrayBuffer> => bytesOfText(text, ${bytes.length})
`

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(`${root}dist`, { recursive: true })
  for (const [fast, file, name, what] of [
    [false, 'bytes', 'kernelBytes', 'The compiled kernels.'],
    [true, 'fastBytes', 'fastKernelBytes', "The compiled kernels of precision 'fast'."],
  ]) {
    const bytes = await compileKernels(fast)
    writeFileSync(`${root}src/kernels/${file}.ts`, embedding(bytes, name, what))
    console.log(`${file}.ts: ${bytes.length} bytes`)
  }
}
