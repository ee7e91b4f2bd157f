import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readArgs } from '../../../../src/node/cli/arguments/args.js'
import { readConfig } from '../../../../src/node/cli/arguments/configFile.js'
import { configSchemaText } from '../../../../src/node/cli/arguments/configSchema.js'
import { learnOptions, type OptionName } from '../../../../src/node/cli/arguments/options.js'
import { readServeConfig } from '../../../../src/node/cli/arguments/serveArgs.js'
import { serveRows } from '../../../../src/node/cli/arguments/serveRows.js'
import { loadModel } from '../../../../src/node/index.js'
import { runHere } from './runHere.js'

const folder = mkdtempSync(join(tmpdir(), 'rxgrad-config-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, content: unknown) => {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}
const rows = Array.from({ length: 120 }, (_, i) => `${Math.sin(i).toFixed(3)},${i % 5},${i % 2 ? 'on' : 'off'}\n`).join(
  '',
)
const input = file('a.csv', `a,y,state\n${rows}`)

describe('the published schema', () => {
  const published = readFileSync(new URL('../../../../src/node/cli/config.schema.json', import.meta.url), 'utf8')
  test('is the one that rxgrad schema writes, by the tables of options', async () => {
    // To bring it up to date: npm run build && node dist/src/node/cli/main.js schema > src/node/cli/config.schema.json
    expect(published).toBe(configSchemaText())
    expect((await runHere(['schema'])).stdout).toBe(published)
  })

  test('has a description for every option and every setting', () => {
    const { definitions } = JSON.parse(published)
    const described = ({ properties }: { properties: Record<string, { description?: string }> }) =>
      Object.entries(properties).flatMap(([name, { description }]) => (description === undefined ? [] : [name]))
    const options = Object.keys(learnOptions).filter((name) => name !== 'help' && name !== 'config')
    expect(described(definitions.learn)).toEqual(['input', ...options])
    expect(described(definitions.serve)).toEqual([...Object.keys(serveRows), 'models'])
  })

  test('permits for each option what the reader takes', () => {
    const { properties } = JSON.parse(published).definitions.learn
    for (const name of Object.keys(learnOptions) as OptionName[]) {
      if (name === 'help' || name === 'config') continue
      const { type, anyOf = [], enum: words } = properties[name]
      const types = [type, ...anyOf.map((each: { type: string }) => each.type)]
      const takes = (value: unknown) => {
        try {
          return readConfig('c', { [name]: value }).options[name] !== undefined
        } catch {
          return false
        }
      }
      const isSwitch = learnOptions[name].value === undefined
      expect([name, takes(true), types.includes('boolean')]).toEqual([name, isSwitch, isSwitch])
      expect([name, takes('x')]).toEqual([name, !isSwitch])
      if (types.includes('array')) expect([name, takes(['x', 2])]).toEqual([name, true])
      for (const word of words ?? []) expect(() => readArgs([`--${name}`, word])).not.toThrow()
    }
  })
})

describe('a configuration file', () => {
  test('does what the options do, which count more where both are given', async () => {
    const config = file('c.json', {
      ...{ $schema: './node_modules/rxgrad/dist/config.schema.json', input, target: 'y', features: ['a', 'state'] },
      ...{ layers: '4 relu, 1', 'learning-rate': 0.5, quantiles: [0.1, 0.9], 'no-predictions': false, seed: 3 },
    })
    const options = ['--target', 'y', '--features', 'a,state', '--layers', '4 relu, 1', '--learning-rate', '.5']
    const byFlags = await runHere(['learn', input, ...options, '--quantiles', '.1,.9', '--seed', '3'])
    const byFile = await runHere(['learn', '--config', config])
    expect([byFile.code, byFile.stdout]).toEqual([0, byFlags.stdout])
    expect(byFile.stdout.split('\n')).toHaveLength(121)
    const both = await runHere(['learn', '--config', config, '--limit', '7', '--seed', '4', '--quiet'])
    expect(both.stdout.split('\n')).toHaveLength(8)
    expect(readArgs(['b.csv', '--config', config, '--seed', '4'])).toMatchObject({ inputs: ['b.csv'], seed: 4 })
  })

  test.each([
    [{ tagret: 'y' }, 'c: there is no "tagret". Did you mean "target"?'],
    [{ lr: 1 }, 'c: there is no "lr". Did you mean "learning-rate"?'],
    [{ zzz: 1 }, 'c: there is no "zzz". Expected some of input, target, features,'],
    [{ config: 'x' }, 'c: there is no "config".'],
    [{ quiet: 'yes' }, 'c: quiet is "yes"; expected true or false.'],
    [{ target: null }, 'c: target is null; expected a text, a number or a list of them, COLUMN.'],
    [{ lags: [1, {}] }, 'c: lags is [1,{}]; expected a text'],
    [{ lags: [] }, 'c: lags is []'],
    [{ input: [] }, 'c: input is []; expected a file, a list of files, or a source'],
    [{ input: 3 }, 'c: input is 3'],
    [[], 'c is []; expected an object'],
  ])('%j is refused in one line that names the place', (value, message) => {
    expect(() => readConfig('c', value)).toThrow(message)
  })

  test('that is no JSON, or not there, is named with the place', async () => {
    const broken = file('broken.json', '{\n  "target": "y",\n}')
    const results = [
      await runHere(['learn', '--config', broken]),
      await runHere(['learn', '--config', `${folder}/no.json`]),
    ]
    expect(results.map(({ code }) => code)).toEqual([2, 2])
    expect(results[0]!.stderr).toMatch(/^rxgrad: .*broken\.json is not JSON at line 3, column 1\.\n$/)
    const inFolder = await runHere(['serve', folder])
    expect([inFolder.code, inFolder.stderr]).toEqual([2, `rxgrad: ${folder} is a folder; name a JSON file.\n`])
    expect(results[1]!.stderr).toMatch(/^rxgrad: there is no file .*no\.json; name a JSON file\.\n$/)
  })
})

describe('rxgrad serve', () => {
  const models = { y: { input, target: 'y', layers: '2 relu, 1', features: 'a' } }

  test.each([
    [{}, 'c: expected an object with models'],
    [{ models: {} }, 'c: expected an object with models'],
    [{ models, prot: 1 }, 'c: there is no "prot". Did you mean "port"?'],
    [{ models, port: '80' }, 'c: port is "80"; expected the port'],
    [{ models, allowHosts: [1] }, 'c: allowHosts is [1]'],
    [{ models, tokenFrom: 'NONE' }, 'c: the environment has no NONE'],
    [{ models: { y: { target: 'y' } } }, 'c: models.y has no input'],
    [{ models: { y: { input, tagret: 'y' } } }, 'c: models.y: there is no "tagret". Did you mean "target"?'],
    [{ models: { y: { input, 'by-key': 'a' } } }, 'c: models.y: by-key has no use in a service'],
    [{ models: { y: { input, load: 'a' } } }, 'It goes on from "save" by itself.'],
    [{ models: { a: { input: '-' }, b: { input: ['-'] } } }, 'c: a and b both read stdin'],
  ])('%j is refused', (value, message) => {
    expect(() => readServeConfig('c', value, {})).toThrow(message)
  })

  test('a token comes from the environment', () => {
    const { settings } = readServeConfig('c', { models, tokenFrom: 'T' }, { T: 'a token of the environment' })
    expect(settings).toEqual({ token: 'a token of the environment' })
  })

  test('learns several models, serves and saves them, and goes on from there the next time', async () => {
    const [y, state] = [join(folder, 'y.rxg'), join(folder, 'state.rxg')]
    const config = file('s.json', {
      port: 0,
      token: 'of-at-least-16-characters',
      models: {
        y: { ...models.y, save: y },
        state: { input, target: 'state', layers: 1, features: 'a', save: state },
      },
    })
    const once = async () => {
      let answer: unknown
      const running = runHere(['serve', config], async (err) => {
        if (answer !== undefined || !err.includes('all inputs have ended')) return
        answer = {}
        const url = /"url":"([^"]*)"/.exec(err)![1]
        const headers = { Authorization: 'Bearer of-at-least-16-characters', 'Content-Type': 'application/json' }
        const response = await fetch(`${url}/predict/y`, { method: 'POST', headers, body: '{"a":0.5}' })
        answer = await response.json()
        process.emit('SIGTERM', 'SIGTERM')
      })
      const { code, stderr } = await running
      for (const line of stderr.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ msg: expect.any(String) })
      return { code, answer }
    }
    const first = await once()
    const { step, predict } = await loadModel(y)
    expect(first).toEqual({ code: 0, answer: { model: 'y', step: 120, value: predict({ a: 0.5 }).value } })
    expect([step, (await loadModel(state)).step]).toEqual([120, 120])
    expect(await once()).toMatchObject({ code: 0, answer: { step: 240 } })
    expect((await loadModel(state)).step).toBe(240)
  })

  test('says in one line what is wrong, and with 1 what only showed at the start', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((listening) => other.once('listening', listening))
    const { port } = other.address() as { port: number }
    const cases: [unknown, number, string][] = [
      [{ port, models }, 1, `port ${port}: `],
      [{ port: 0, token: 'short', models }, 2, 'token'],
      [{ port: 0, models: { y: { ...models.y, input: 'nowhere.csv' } } }, 1, 'there is no file nowhere.csv'],
      [{ port: 0, models: { y: { ...models.y, target: 'z' } } }, 2, 'there is no column "z"'],
      [{ port: 0, models: { y: { ...models.y, batch: 0 } } }, 2, 'models.y: --batch "0": expected a whole number'],
    ]
    for (const [config, code, message] of cases) {
      const result = await runHere(['serve', file('bad.json', config)])
      expect([result.code, result.stderr]).toEqual([code, expect.stringContaining(message)])
      expect(result.stderr.trimEnd().split('\n')).toHaveLength(1)
    }
    other.close()
  })
})
