import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { runSnippet } from './runSnippet.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? filesBelow(`${folder}/${entry.name}`)
      : entry.name.endsWith('.ts')
        ? [`${folder}/${entry.name}`]
        : [],
  )

/** The names that mean one thing to an example of a feature, and another to one of a metric. */
const shared = (file: string): string =>
  `const { rolling } = ${file.startsWith('src/features') ? 'rxgrad' : 'rxgrad.metrics'}`

interface Example {
  readonly file: string
  readonly code: string
}
const examplesOf = (file: string): Example[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/\/\*\*([\s\S]*?)\*\//g)].flatMap(([, comment = '']) => {
    const [, after] = comment.split('@example')
    if (after === undefined) return []
    const lines = after.split('\n').map((line) => line.replace(/^\s*\* ?/, ''))
    const end = lines.findIndex((line) => line.startsWith('@'))
    return [
      {
        file,
        code: lines
          .slice(0, end < 0 ? undefined : end)
          .join('\n')
          .trim(),
      },
    ]
  })

/** Replaces the ports and addresses of the docs by those of the running server. */
const settled = (code: string): string =>
  code
    .replaceAll(/'http:\/\/[^']*'/g, 'server.url')
    .replaceAll(/port: \d+/g, 'port: 0')
    .replaceAll('…', '{}')

/** The names that the examples assume: every export, a model that has learned a little, and its rows. */
const prelude = (folder: string, exported: readonly string[]): string => `
import * as rxjs from 'rxjs'
import * as rxgrad from 'rxgrad'
import * as circuits from 'rxgrad/circuit'
import * as node from 'rxgrad/node'
import * as client from 'rxgrad/client'
import * as testing from 'rxgrad/testing'
import * as operatorTesting from '${root}operators/testing/index.js'
import * as wire from '${root}src/wire/index.js'
import * as random from '${root}src/random.js'
import * as inspector from '${root}src/explain/createInspector.js'
import * as pace from '${root}src/node/sources/pace.js'
import { createInterface } from 'node:readline'
process.chdir(${JSON.stringify(folder)})
const { ${exported.join(', ')} } = {
  ...client, ...rxjs, ...rxgrad, ...rxgrad.metrics, ...rxgrad.baselines, ...circuits, ...node, ...testing,
  ...operatorTesting, ...wire, ...random, ...inspector, ...pace,
}
const features = { temperature: numeric(), humidity: numeric(), room: category(), hour: cyclic(24) }
const target = { power: numeric() }
const model = createModel({ features, target, layers: [dense(4, 'relu'), dense(1)] })
const rows = Array.from({ length: 40 }, (_, i) => ({ temperature: i % 7, humidity: i, room: i % 2 ? 'A' : 'B', hour: i % 24, power: 3 * i }))
model.learn(rows)
const row = rows[0]
const reading$ = rxjs.of(...rows), row$ = reading$, readings = rows, batch$ = row$.pipe(encode(model), batch(8)), source = (async function* () { yield rows })()
const example = model.stages.encode(row)
const f = circuit(({ input, weight, neuron, sub, sigmoid }) => ({
  f: sub(input('x1'), neuron('x2', sigmoid, [input('x3'), weight('w3')], [input('x4'), weight('w4')])),
}))
const server = await createServer({ models: { power: model } })
const failed = []
const attempt = async (name, body) => {
  // an endless example is fine while nothing goes wrong in it
  const ended = await Promise.race([body().then(() => 'ended', (error) => error), new Promise((done) => setTimeout(done, 700, 'goes on'))])
  if (typeof ended !== 'string') failed.push(name + ': ' + (ended?.stack ?? ended))
}
console.log = () => {}
`

const files = [...filesBelow('src'), ...filesBelow('operators')].filter((file) => !file.startsWith('src/dashboard'))
const examples = files.flatMap(examplesOf)
const folder = mkdtempSync(join(tmpdir(), 'rxgrad-docs-'))
writeFileSync(join(folder, 'readings.ndjson'), '{"temperature":1,"power":2}\n')
writeFileSync(join(folder, 'readings.csv'), 'temperature,power\n1,2\n2,4\n')
afterAll(() => rmSync(folder, { recursive: true }))

const exportedNames = async (): Promise<string[]> => {
  const modules = await Promise.all([
    import('rxjs'),
    import('rxgrad'),
    import('rxgrad').then(({ metrics }) => metrics),
    import('rxgrad').then(({ baselines }) => baselines),
    import('rxgrad/circuit'),
    import('rxgrad/client'),
    import('rxgrad/node'),
    import('rxgrad/testing'),
    import('../operators/testing/index.js'),
    import('../src/wire/index.js'),
  ])
  const own = ['createRandom', 'createInspector', 'paced']
  return [...new Set([...modules.flatMap((module) => Object.keys(module)), ...own])].filter(
    (name) => name !== 'default',
  )
}

describe('the examples in the doc comments', () => {
  it('all run', async () => {
    expect(examples.length).toBeGreaterThan(40)
    const bodies = examples.map(
      ({ file, code }) => `await attempt(${JSON.stringify(file)}, async () => {\n${shared(file)}\n${settled(code)}\n})`,
    )
    const { stdout, stderr, code } = await runSnippet(
      `${prelude(folder, await exportedNames())}\n${bodies.join('\n')}\nprocess.stdout.write(failed.join('\\n'))\nprocess.exit(0)`,
    )
    expect(stderr).toBe('')
    expect(stdout).toBe('')
    expect(code).toBe(0)
  })
})
