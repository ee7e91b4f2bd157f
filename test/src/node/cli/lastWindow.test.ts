import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { connect } from '../../../../src/node/index.js'

// The command learns every row that it was given, whatever the window: the last one need not be full.

const root = join(import.meta.dirname, '../../../..')

/** The step of the page that stays when the input has ended. */
const lastStep = async (rows: number, batch: number): Promise<number> => {
  const args = ['learn', '--target', 'y', '--batch', `${batch}`, '--serve', '0', '--no-predictions']
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/node/cli/main.ts', ...args], { cwd: root })
  // a test that fails leaves nothing running
  onTestFinished(() => {
    if (child.exitCode === null) child.kill('SIGKILL')
  })
  child.stdin.end(Array.from({ length: rows }, (_, i) => `{"a":${i % 7},"y":${i % 5}}\n`).join(''))
  let stderr = ''
  for await (const piece of child.stderr.setEncoding('utf8')) {
    stderr += piece
    if (stderr.includes('until Ctrl-C')) break
  }
  const connection = connect(/page +(http:\S+)/.exec(stderr)![1]!)
  let step = -1
  for await (const message of connection.messages) {
    if (message.type !== 'frame') continue
    step = message.step
    break
  }
  connection.close()
  child.kill('SIGINT')
  await once(child, 'exit')
  return step
}

test.concurrent.each([
  [20, 32],
  [33, 32],
  [50, 7],
])('%d rows in windows of %d', async (rows, batch) => {
  expect(await lastStep(rows, batch)).toBe(Math.ceil(rows / batch))
})
