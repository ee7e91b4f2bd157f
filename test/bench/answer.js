// This is a script's side of `runFresh`: each question on stdin gets an answer on descriptor 3.
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'

export const answerWith = async (run) => {
  for await (const line of createInterface({ input: process.stdin })) {
    const answer = await Promise.resolve(JSON.parse(line))
      .then(run)
      .catch((error) => ({ error: String(error?.message ?? error).split('\n')[0] }))
    writeSync(3, `${JSON.stringify(answer)}\n`)
  }
}
