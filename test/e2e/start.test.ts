import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { connect } from '../../src/node/index.js'

test('npm start forecasts the weather a fifth better than no-change within a minute, and learns this host too', async () => {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  const file = new URL('../../examples/live.ts', import.meta.url)
  const child = spawn(process.execPath, ['--import', tsx, file.pathname], { env: { ...process.env, PORT: '0' } })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    out += piece
  })
  const weather = (): number[] => {
    const [, ...figures] = /.*weather +step (\S+) +error (\S+) +no-change (\S+)/s.exec(out) ?? []
    return figures.map(Number)
  }
  await expect.poll(() => weather()[0] ?? 0, { timeout: 55_000, interval: 500 }).toBeGreaterThan(280)
  const [, error, noChange] = weather()
  expect(error! / noChange!).toBeLessThan(0.8)

  const connection = connect(/http:\S+/.exec(out)![0], { model: 'This host' })
  expect((await connection.welcome).models).toEqual(['Seattle', 'This host'])
  expect((await connection.welcome).step).toBeGreaterThan(20)
  connection.close()
  child.kill('SIGINT')
  expect(await once(child, 'close')).toEqual([0, null])
}, 90_000)
