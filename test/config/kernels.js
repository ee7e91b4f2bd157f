// Writes the kernels' side of src/program/abi.ts, compiles the AssemblyScript kernels and embeds their bytes:
// src/kernels/host/bytes.ts, and fastBytes.ts those of the build with relaxed SIMD; and src/node/text/bytes.ts, which reads
// and writes numbers as text. test/config/digests.json tells of what they were made.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'
import { tsImport } from 'tsx/esm/api'
import { abiOfKernels } from './abiOfKernels.js'
import { digestOf } from './digest.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

// as src/kernels/host/embeddedText.ts reads them: what a text between single quotes may hold; the last two stand before
// letters that mean more than they say
const LETTERS = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i))
  .filter((letter) => !['\\', "'", '`', '$', '"', '*'].includes(letter))
  .join('')
const SINGLE = LETTERS.length - 2
/** Is added to each byte, modulo 256: 0xfd, which begins an instruction of SIMD, thereby becomes a single letter. */
const SHIFT = 4
/** After that, each pair of bytes changes places: one that is frequent, and a small one that is rare. */
const SWAPPED = [110, 70, 244, 3, 234, 55, 246, 63, 120, 83, 232, 54, 131, 85, 245, 2]
/** @param {number} byte */
const swap = (byte) => (SWAPPED.includes(byte) ? SWAPPED[SWAPPED.indexOf(byte) ^ 1] : byte)

/** @param {Uint8Array} bytes */
const written = (bytes) =>
  [...bytes]
    .map((given) => {
      const byte = swap((given + SHIFT) % 256)
      const above = Math.floor(byte / SINGLE)
      return (above === 0 ? '' : LETTERS[SINGLE + above - 1]) + LETTERS[byte % SINGLE]
    })
    .join('')

/**
 * @param {string} source its folder in src
 * @param {readonly string[]} options
 * @returns {Promise<Uint8Array>}
 */
const compile = async (source, options) => {
  let bytes = new Uint8Array()
  const { error, stderr } = await asc.main(
    [
      ...['--baseDir', root, `src/${source}/assembly/index.ts`],
      ...['--outFile', 'out.wasm', '--runtime', 'stub', '--disable', 'mutable-globals', '--noAssert', '-O3'],
      ...['--converge', ...options],
    ],
    {
      writeFile: (_, contents) => {
        bytes = contents
      },
    },
  )
  if (error) throw new Error(`${error.message}\n${stderr}`)
  return bytes
}

/** @param {boolean} fast */
export const compileKernels = (fast = false) =>
  compile('kernels', [
    ...['--importMemory', '--noExportMemory', '--enable', 'simd', ...(fast ? ['--enable', 'relaxed-simd'] : [])],
  ])

/** What reads and writes numbers as text, with a memory of its own. */
export const compileText = () => compile('node/text', [])

/**
 * The text of a file that embeds them.
 * @param {Uint8Array} bytes
 * @param {string} source
 * @param {string} name
 * @param {string} what
 */
const embedding = (bytes, source, name, what) =>
  `// Made by \`npm run kernels\` from src/${source}/assembly; a test compares the two. ${bytes.length} bytes.

import { bytesOfText } from '${source === 'kernels' ? './' : '../../kernels/host/'}embeddedText.js'

const text =
${written(bytes)
  .match(/.{1,4000}/gs)
  .map((line) => `  '${line}'`)
  .join(' +\n')}

/** ${what} */
export const ${name} = (): Uint8Array<ArrayBuffer> => bytesOfText(text, ${bytes.length})
`

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { default: _, ...abi } = await tsImport('../../src/program/abi.ts', import.meta.url)
  writeFileSync(`${root}src/kernels/assembly/abi.ts`, abiOfKernels(abi))
  /** @type {Record<string, string>} */
  const digests = {}
  for (const [made, source, file, name, what] of [
    [compileKernels(), 'kernels', 'bytes', 'kernelBytes', 'The compiled kernels.'],
    [compileKernels(true), 'kernels', 'fastBytes', 'fastKernelBytes', "The compiled kernels of precision 'fast'."],
    [compileText(), 'node/text', 'bytes', 'textBytes', 'The compiled kernel that reads and writes numbers as text.'],
  ]) {
    const bytes = await made
    const path = `src/${source === 'kernels' ? 'kernels/host' : source}/${file}.ts`
    writeFileSync(`${root}${path}`, embedding(bytes, source, name, what))
    digests[name] = digestOf(source, bytes)
    console.log(`${path}: ${bytes.length} bytes`)
  }
  writeFileSync(`${root}test/config/digests.json`, `${JSON.stringify(digests, null, 2)}\n`)
}
