import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { skipped } from './skipped.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

const config: ViteUserConfig = defineConfig({
  root,
  resolve: {
    alias: [
      { find: /^rxgrad$/, replacement: `${root}operators/index.ts` },
      { find: /^rxgrad\/fast$/, replacement: `${root}src/kernels/host/fast.ts` },
      { find: /^rxgrad\/circuit$/, replacement: `${root}src/circuit.ts` },
      { find: /^rxgrad\/slim$/, replacement: `${root}operators/slim.ts` },
      { find: /^rxgrad\/testing\/operators$/, replacement: `${root}operators/testing/index.ts` },
      { find: /^rxgrad\/(node|client|wire|testing)$/, replacement: `${root}src/$1/index.ts` },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/config/setup.ts'],
    reporters: ['default', skipped],
    // Files share the modules that they import: reading them anew for each file would take a fifth of the time.
    isolate: false,
    // Some tests mostly wait, for a browser or a socket; three share two cores well.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
export default config
