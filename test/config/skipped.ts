import type { Reporter } from 'vitest/node'

/** At the end, each test that was skipped and why: Vitest's own summary only counts them. */
export const skipped: Reporter = {
  onTestRunEnd(modules) {
    for (const module of modules)
      for (const test of module.children.allTests('skipped')) {
        const result = test.result()
        const reason = (result.state === 'skipped' && result.note) || 'no reason is given.'
        console.log(`skipped: ${module.relativeModuleId}: ${test.fullName}: ${reason}`)
      }
  },
}
