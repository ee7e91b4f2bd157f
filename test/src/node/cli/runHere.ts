import { run } from '../../../../src/node/cli/run.js'

/** Catches what is written to a stream of this process. */
const caught = (stream: NodeJS.WriteStream, hear?: (text: string) => void) => {
  const { write } = stream
  let text = ''
  stream.write = ((piece: string | Uint8Array, ...rest: unknown[]) => {
    text += typeof piece === 'string' ? piece : Buffer.from(piece).toString()
    const done = rest.find((part) => typeof part === 'function') as (() => void) | undefined
    done?.()
    hear?.(text)
    return true
  }) as typeof write
  return () => {
    stream.write = write
    return text
  }
}

/** Runs the command in this process, which takes less time than starting another one. It reads files, not stdin. */
export const runHere = async (
  args: readonly string[],
  hear?: (stderr: string) => void,
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> => {
  const [out, err] = [caught(process.stdout), caught(process.stderr, hear)]
  const code = await run(args)
  return { code, stdout: out(), stderr: err() }
}
