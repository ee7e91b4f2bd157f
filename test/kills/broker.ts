import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { connectAsync } from 'mqtt'
import { inputOf } from './cases.js'

/** A broker in a process of its own, to which rows are sent once somebody has subscribed. */
export interface Broker {
  readonly url: string
  /** Resolves once the broker has acknowledged all rows. */
  whenDone(): Promise<void>
  stop(): Promise<void>
}

/** Starts a broker, and sends it the rows with QoS 1, some of them twice. */
export const startBroker = async (name: string, rows: number): Promise<Broker> => {
  const file = fileURLToPath(new URL('./brokerProcess.js', import.meta.url))
  const child = spawn(process.execPath, [file], { stdio: ['pipe', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  let text = ''
  const printed = (what: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = what.exec(text)
        if (found) resolve(found)
        else child.stdout.once('data', look)
      }
      look()
    })
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece
  })
  const [, port] = await printed(/port (\d+)\n/)
  const url = `mqtt://127.0.0.1:${port}`
  const client = await connectAsync(url)
  const send = async (): Promise<void> => {
    await printed(/subscribed\n/)
    for (let number = 0; number < rows; number++) {
      const payload = JSON.stringify(inputOf(name, number))
      const times = number % 7 === 3 ? 2 : 1
      for (let i = 0; i < times; i++) await client.publishAsync('rows', payload, { qos: 1 })
    }
  }
  const done = send()
  return {
    url,
    whenDone: () => done,
    async stop() {
      await client.endAsync(true)
      child.stdin.end()
      await closed
    },
  }
}
