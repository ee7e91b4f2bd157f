import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as detectors from '../../../src/drift/index.js'

/** Where River's detectors warned and drifted, as drift.py recorded it. */
const golden = JSON.parse(readFileSync(new URL('../../golden/drift.json', import.meta.url), 'utf8')) as {
  readonly river: string
  readonly streams: Readonly<Record<string, readonly number[]>>
  readonly cases: readonly (readonly [string, object, string, number[], number[]])[]
}

const makers: Readonly<Record<string, (options: never) => detectors.DriftDetector>> = { ...detectors }

describe(`the detectors say what those of River ${golden.river} say`, () => {
  it.each(golden.cases)('%s %o on %s', (name, options, stream, warnings, drifts) => {
    const detector = makers[name]!(options as never)
    const state = detector.init()
    const levels = golden.streams[stream]!.map((value) => detector.update(state, value))
    const at = (level: string): number[] => levels.flatMap((each, i) => (each === level ? i : []))
    expect({ drifts: at('drift'), warnings: at('warning') }).toEqual({ drifts, warnings })
  })
})
