import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runSnippet } from './runSnippet.js'

const folder = new URL('../examples/', import.meta.url)
// Each example ends with assertions, except the live one, which never ends. One that lacks its input prints `not run: …`.
const examples = readdirSync(folder).filter((name) => /^\d\d-.*\.ts$/.test(name))

describe('the examples', () => {
  it('are numbered without gaps', () => {
    expect(examples.length).toBeGreaterThan(2)
    expect(examples.map((name) => Number(name.slice(0, 2)))).toEqual(examples.map((_, i) => i + 1))
  })

  it.for(examples)('%s reaches its target', async (name, { skip }) => {
    const { code, stdout, stderr } = await runSnippet(
      readFileSync(new URL(name, folder), 'utf8'),
      new URL(name, folder),
    )
    expect(stderr).toBe('')
    expect(stdout).not.toBe('')
    expect(code).toBe(0)
    // The note is listed beside the test's name.
    skip(stdout.startsWith('not run: '), stdout.trim())
  })
})
