import { readFileSync } from 'node:fs'
import { transform } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { run, runSnippet } from './runSnippet.js'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const snippets: { under: string; code: string }[] = []
let under = ''
for (const [, heading, code] of readme.matchAll(/^## ([^\n]*)$|```ts\n([\s\S]*?)```/gm)) {
  if (heading !== undefined) under = heading
  if (code !== undefined) snippets.push({ under, code })
}

/** The expected output of each program, with the heading of its section. */
const programs: readonly { under: string; expected: RegExp }[] = [
  { under: 'The program on one screen', expected: /^100 [\d.]+ \d+\n(.*\n){3}500 / },
  { under: 'The program on one screen', expected: /^1 [\d.]+\n(.*\n)*32 [\d.]+\n$/ },
  { under: 'The program on one screen', expected: /^(0\.\d+|1) \d+\.\d+\n$/ },
  { under: 'The program on one screen', expected: /^-?\d+(\.\d+)?\n$/ },
  { under: 'The program on one screen', expected: /^-?\d+(\.\d+)?\n$/ },
  { under: 'The program on one screen', expected: /^\{ no: 0\.\d+, yes: 0\.\d+ \}\n$/ },
  { under: 'The program on one screen', expected: /^-?\d+(\.\d+)?\n$/ },
  { under: 'The program on one screen', expected: /^0\.75 -0\.\d+ \{\n {2}node: 'w3'/ },
  {
    under: 'Models by name',
    expected: /^on spring \{ power: \d+(\.\d+)?, heat: \d+(\.\d+)? \}\n-?\d.*\n-?\d.*\n$/,
  },
  { under: 'A dashboard', expected: /^1000 true\n$/ },
  { under: 'Operators in an app', expected: /^0\.\d+\n$/ },
  { under: 'Many models', expected: /^P2 1[78](\.\d+)? (9\.9|10)(\.?\d*)\n$/ },
  {
    under: 'Many models',
    expected: /^'net' is the champion in place of 'linear': over the last \d+ rows its MAE was /,
  },
  { under: 'Labels that come later', expected: /^197\n200\n$/ },
  { under: 'When the stream turns bad', expected: /^y is held in quarantine: [\s\S]*\n\d+ -\d+(\.\d+)?\n$/ },
  { under: 'How sure a prediction is', expected: /^0\.90\n1[45]\.\d 1[67]\.\d\n$/ },
  {
    under: 'How sure a prediction is',
    expected: /^\d+ with 80 % from \d+ to \d+\n11\d with 80 % from \d+ to 1\d\d\n$/,
  },
  {
    under: 'Why a prediction',
    expected: /^power is predicted at 230\. Without the features it would be 2\d\d: .*temperature adds .*\.\ntrue\n$/,
  },
  { under: 'What does not fit', expected: /^power is at fault \{[^}]*\}\n$/ },
  { under: 'Stop and go on', expected: /^1000 999\n$/ },
  { under: 'In a page', expected: /^1000 [67]\.\d+\n$/ },
  { under: 'Many rows', expected: /^20480 160\n$/ },
]

/** Provides the kernels in place of a page's server; test/e2e/learn.test.ts has a real browser and server. */
const served = `
import { kernelBytes } from './src/kernels/host/bytes.js'
globalThis.fetch = async () => new Response(kernelBytes(), { headers: { 'content-type': 'application/wasm' } })
`

describe('the README', () => {
  it('contains the programs that are tested here', () => {
    expect(snippets.map((snippet) => snippet.under)).toEqual(programs.map((program) => program.under))
  })

  it('contains programs that are plain JavaScript, too', async () => {
    for (const { code } of snippets) await transform(code, { loader: 'js' })
  })

  programs.forEach(({ under: heading, expected }, i) => {
    it(`runs unchanged: ${heading}, program ${i + 1}`, async () => {
      const { code, stdout, stderr } = await runSnippet((heading === 'In a page' ? served : '') + snippets[i]?.code)
      expect(stderr).toBe('')
      expect(stdout).toMatch(expected)
      expect(code).toBe(0)
    })
  })

  it('contains a command line that works in this folder', async () => {
    const [, line = ''] = /^npx rxgrad (learn node_modules\S+ .*)$/m.exec(readme) ?? []
    const { stdout, stderr, code } = await run([...['--import', 'tsx', 'src/node/cli/main.ts'], ...line.split(' ')])
    expect(code).toBe(0)
    expect(stdout.split('\n')).toHaveLength(1462)
    expect(stderr).toMatch(/accuracy {2}0\.7/)
  })
})
