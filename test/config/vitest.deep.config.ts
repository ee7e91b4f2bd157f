import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { ViteUserConfig } from 'vitest/config'
import usual from './vitest.config.js'

// These are the tests that test more when they run longer.
const folder = fileURLToPath(new URL('..', import.meta.url))
const include = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .filter((file) => /'fast-check'|\/runs\.js'/.test(readFileSync(`${folder}${file}`, 'utf8')))
  // Vitest takes them as patterns, in which a backslash is no separator.
  .map((file) => `test/${file.replaceAll('\\', '/')}`)

const config: ViteUserConfig = {
  ...usual,
  test: {
    ...usual.test,
    include,
    env: { RXGRAD_RUNS: process.env.RXGRAD_RUNS || '1' },
    testTimeout: 600_000,
  },
}
export default config
