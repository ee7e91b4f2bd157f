import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { connect } from '../../../../src/node/index.js'
import { bundleCommand, type Command } from '../../../command.js'

// The command learns every row that it was given, whatever the window, because the last one need not be full.

let command: Command
beforeAll(async () => {
  command = await bundleCommand()
})
afterAll(() => command.remove())

/** Returns the last step of the page that stays after the input has ended. */
const lastStep = async (rows: number, batch: number): Promise<number> => {
  const args = ['learn', '--target', 'y', '--batch', `${batch}`, '--serve', '0', '--no-predictions']
  const child = spawn(process.execPath, [command.file, ...args])
  // A test that fails leaves nothing running.
  onTestFinished(() => {
    if (child.exitCode === null) child.kill('SIGKILL')
  })
  child.stdin.end(Array.from({ length: rows }, (_, i) => `{"a":${i % 7},"y":${i % 5}}\n`).join(''))
  let stderr = ''
  for await (const piece of child.stderr.setEncoding('utf8')) {
    stderr += piece
    if (stderr.includes('until Ctrl-C')) break
  }
  const [, page] = /page +(http:\S+)/.exec(stderr) ?? []
  if (page === undefined) throw new Error(`the command ended before its page was there; it said: ${stderr}`)
  const connection = connect(page)
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

test.each([
  [20, 32],
  [33, 32],
  [50, 7],
])('%d rows are learned in windows of %d', async (rows, batch) => {
  expect(await lastStep(rows, batch)).toBe(Math.ceil(rows / batch))
})
