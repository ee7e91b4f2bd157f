import { existsSync } from 'node:fs'
import { transform } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { pages, snippets, textOf } from './guide.js'
import { run, runSnippet } from './runSnippet.js'

const root = new URL('..', import.meta.url)

/** The expected output of each program. */
const programs: readonly { under: string; expected: RegExp }[] = [
  { under: 'README.md: The program on one screen', expected: /^100 [\d.]+ \d+\n(.*\n){3}500 / },
  { under: 'README.md: The program on one screen', expected: /^1 [\d.]+\n(.*\n)*32 [\d.]+\n$/ },
  { under: 'README.md: A dashboard', expected: /^1000 true\n$/ },
  { under: 'README.md: Operators in an app', expected: /^0\.\d+\n$/ },
  { under: 'examples/features.md: Earlier rows', expected: /^-?\d+(\.\d+)?\n$/ },
  { under: 'examples/features.md: Words, names and texts', expected: /^\{ no: 0\.\d+, yes: 0\.\d+ \}\n$/ },
  { under: 'examples/features.md: Words, names and texts', expected: /^-?\d+(\.\d+)?\n$/ },
  {
    under: 'examples/keeping.md: Save and load',
    expected: /^500 3[3-7](\.\d+)?\n\[ \{ what: "feature 'wind'", reason: 'it is new' \} \] 3[3-7](\.\d+)?\n$/,
  },
  { under: 'examples/keeping.md: A process that may end at any time', expected: /^1000 999\n$/ },
  { under: 'examples/keeping.md: A source that cannot be read again', expected: /^300 299 299\n150 64\n$/ },
  { under: 'examples/models.md: Experts', expected: /^(0\.\d+|1) \d+\.\d+\n$/ },
  {
    under: 'examples/models.md: Models by name',
    expected: /^on spring \{ power: \d+(\.\d+)?, heat: \d+(\.\d+)? \}\n-?\d.*\n-?\d.*\n$/,
  },
  { under: 'examples/models.md: Layers', expected: /^-?\d+(\.\d+)?\n$/ },
  { under: 'examples/models.md: A circuit of your own', expected: /^0\.75 -0\.\d+ \{\n {2}node: 'w3'/ },
  { under: 'examples/models.md: Many models', expected: /^P2 1[78](\.\d+)? (9\.9|10)(\.?\d*)\n$/ },
  {
    under: 'examples/models.md: Many models',
    expected: /^'net' is the champion in place of 'linear': over the last \d+ rows its MAE was /,
  },
  { under: 'examples/models.md: Many models', expected: /^\d+(\.\d+)? 0\n$/ },
  { under: 'examples/running.md: In a page', expected: /^1000 [67]\.\d+\n$/ },
  { under: 'examples/running.md: In another program', expected: /^\{\n {2}n: 500,\n {2}mean: 1[45]\.\d+,\n/ },
  { under: 'examples/running.md: Many rows', expected: /^20480 160\n$/ },
  {
    under: 'examples/serving.md: # A server',
    expected:
      /learningRate = 0\.5\n\{ model: 'demo', step: 500, value: 1[45](\.\d+)? \} \{[^}]*learningRate: 0\.5, paused: false \}\n$/,
  },
  {
    under: 'examples/sinks.md: Predictions that leave',
    expected: /^time,step,prediction,actual,error\n0,0,0,0,0\n200 200\n$/,
  },
  { under: 'examples/sinks.md: A sink of your own', expected: /^100 1[78](\.\d+)?\n$/ },
  { under: 'examples/sources.md: Going on after a row', expected: /^60 \d+@[0-9a-f]{8}\n120\n$/ },
  { under: 'examples/sources.md: A source of your own', expected: /^50 true\n$/ },
  { under: 'examples/streams.md: Labels that come later', expected: /^197\n200\n$/ },
  {
    under: 'examples/streams.md: When the stream turns bad',
    expected: /^y is held in quarantine: [\s\S]*\n\d+ -\d+(\.\d+)?\n$/,
  },
  { under: 'examples/streams.md: How sure a prediction is', expected: /^0\.90\n1[45]\.\d 1[67]\.\d\n$/ },
  {
    under: 'examples/streams.md: How sure a prediction is',
    expected: /^\d+ with 80 % from \d+ to \d+\n11\d with 80 % from \d+ to 1\d\d\n$/,
  },
  {
    under: 'examples/streams.md: Why a prediction',
    expected: /^power is predicted at 230\. Without the features it would be 2\d\d: .*temperature adds .*\.\ntrue\n$/,
  },
  { under: 'examples/streams.md: What does not fit', expected: /^power is at fault \{[^}]*\}\n$/ },
  {
    under: 'examples/streams.md: What does not fit',
    expected: /^heat does not fit: [2-9]\.\d \{[^}]*44\.58[^}]*\}\n$/,
  },
  {
    under: 'examples/streams.md: Out of order, twice',
    expected:
      /^1\na row with the id 3 has come before, and this one is left out\n2\n3\na row is 3000 ms too late by its at, and is left out\n9\n$/,
  },
  { under: 'examples/streams.md: A source faster than learning', expected: /^100001 true\n$/ },
]

/** Provides the kernels in place of a page's server; test/e2e/learn.test.ts has a real browser and server. */
const served = `
import { kernelBytes } from './src/kernels/host/bytes.js'
globalThis.fetch = async () => new Response(kernelBytes(), { headers: { 'content-type': 'application/wasm' } })
`

describe('the README and the guide', () => {
  it('contain the programs that are tested here', () => {
    expect(snippets.map((snippet) => snippet.under)).toEqual(programs.map((program) => program.under))
  })

  it('contain programs that are plain JavaScript, too', async () => {
    for (const { code } of snippets) await transform(code, { loader: 'js' })
  })

  programs.forEach(({ under: heading, expected }, i) => {
    it(`runs unchanged: ${heading}, program ${i + 1}`, async () => {
      const { code, stdout, stderr } = await runSnippet(
        (heading.endsWith('In a page') ? served : '') + snippets[i]?.code,
      )
      expect(stderr).toBe('')
      expect(stdout).toMatch(expected)
      expect(code).toBe(0)
    })
  })

  it('link to files that are there', () => {
    for (const page of pages)
      for (const [, target = ''] of textOf(page).matchAll(/\]\((?!https?:)([^)#]+)\)/g))
        expect(existsSync(new URL(target, new URL(page, root))), `${page} links to ${target}`).toBe(true)
  })

  it('contain a command line that works in this folder', async () => {
    const [, line = ''] = /^npx rxgrad (learn node_modules\S+ .*)$/m.exec(textOf('README.md')) ?? []
    const { stdout, stderr, code } = await run([...['--import', 'tsx', 'src/node/cli/main.ts'], ...line.split(' ')])
    expect(code).toBe(0)
    expect(stdout.split('\n')).toHaveLength(1462)
    expect(stderr).toMatch(/accuracy {2}0\.7/)
  })
})
