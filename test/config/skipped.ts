import type { Reporter } from 'vitest/node'

/** Prints at the end each skipped test with its reason, because Vitest's own summary only counts them. */
export const skipped: Reporter = {
  onTestRunEnd(modules) {
    for (const module of modules)
      for (const test of module.children.allTests('skipped')) {
        const result = test.result()
        const note = result.state === 'skipped' ? result.note : undefined
        // Tests that the command line left out by name are not printed.
        if (note === undefined && module.project.globalConfig.testNamePattern) continue
        const reason = note ?? 'no reason is given.'
        console.log(`skipped: ${module.relativeModuleId}: ${test.fullName}: ${reason}`)
      }
  },
}
