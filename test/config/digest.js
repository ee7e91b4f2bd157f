// What an embedded file was made of and what it holds, in one number: that the two belong together is seen in no time,
// where compiling takes half a minute.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * @param {string} source the folder in src whose `assembly` was compiled
 * @param {Uint8Array} bytes what came of it
 * @returns {string}
 */
export const digestOf = (source, bytes) => {
  const { devDependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
  const hash = createHash('sha256').update(`assemblyscript ${devDependencies.assemblyscript}\n`)
  const folder = `${root}src/${source}/assembly/`
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => file.replaceAll('\\', '/'))
  for (const file of files.sort())
    if (file.endsWith('.ts')) hash.update(`${file}\n`).update(readFileSync(folder + file))
  return hash.update(bytes).digest('hex')
}
