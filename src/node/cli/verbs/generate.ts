import { setImmediate as turn } from 'node:timers/promises'
import type { GenerateRequest } from '../arguments/generateArgs.js'
import { onInterrupt } from '../output/interruption.js'
import { openOutput } from '../output/output.js'
import { rowsText } from './rowsText.js'

/** Runs `rxgrad generate` and resolves to the exit code. */
export const generate = async (request: GenerateRequest): Promise<number> => {
  const stop = new AbortController()
  const interruption = onInterrupt(() => stop.abort())
  try {
    const output = openOutput(process.stdout, () => stop.abort(), 'the rows')
    for (const text of rowsText(request)) {
      await output.write(text)
      // Otherwise a reader that keeps up would let no signal through.
      await turn()
      if (stop.signal.aborted) break
    }
    await output.end()
    return interruption.code ?? 0
  } finally {
    interruption.release()
  }
}
