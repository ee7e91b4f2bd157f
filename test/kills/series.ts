import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openJournal } from 'rxgrad/node'
import { concatMap, from, lastValueFrom, tap } from 'rxjs'
import { type Broker, startBroker } from './broker.js'
import { cases, hashOfModel, hashOfOut, inputOf } from './cases.js'
import type { Task } from './child.js'
import { createSenders } from './senders.js'

export interface Series extends Pick<Task, 'name' | 'source' | 'trims'> {
  /** How each of the processes ends but for the last: at a call, or so many milliseconds after it is ready. */
  readonly kills: readonly (Task['kill'] | number)[]
  readonly rows: number
}
export interface Outcome {
  /** The processes that were killed; others came to their end before. */
  readonly killed: number
  /** What is not as in a process that was never killed; none if all is. */
  readonly problems: readonly string[]
}

/** What came of one pass over the rows that nothing interrupts: the hash of each row's output, and that of the model. */
const uninterrupted = async (
  name: string,
  rows: readonly object[],
): Promise<{ outs: Map<number, string>; end: string }> => {
  const { model, pipe, isJoined } = cases[name]!()
  const outs = new Map<number, string>()
  await lastValueFrom(
    from(rows).pipe(
      concatMap((row) => Promise.resolve(row)),
      pipe,
      tap((out) => outs.set(isJoined ? (model.cursor as number) : outs.size, hashOfOut(out))),
    ),
  )
  return { outs, end: hashOfModel(model) }
}

/** Runs processes, each of which goes on where the one before was killed, and compares what came of it. */
export const runSeries = async (child: string, { name, source, trims, kills, rows }: Series): Promise<Outcome> => {
  const folder = await mkdtemp(join(tmpdir(), 'rxgrad-kills-'))
  const problems: string[] = []
  const outs = new Map<number, string>()
  // Of several senders nobody knows the order but the journal, which then keeps all rows.
  const senders = source === 'http' ? createSenders(name, rows, trims ? 1 : 2) : undefined
  const broker: Broker | undefined = source === 'mqtt' ? await startBroker(name, rows) : undefined
  const sending = senders ?? broker
  let end: string | undefined
  let killed = 0

  const read = (process: ChildProcess, ready: () => void): void => {
    let text = ''
    process.stdout!.on('data', (piece) => {
      const lines = (text + piece).split('\n')
      text = lines.pop()!
      for (const line of lines) {
        const [what, one, other] = line.split(' ') as [string, string, string]
        if (what === 'ready') ready()
        else if (what === 'port') senders?.reach(Number(one))
        else if (what === 'end') end = one
        else {
          const before = outs.get(Number(one))
          if (before !== undefined && before !== other) problems.push(`row ${one} came out otherwise the second time`)
          outs.set(Number(one), other)
        }
      }
    })
  }
  const run = async (kill: Series['kills'][number]): Promise<void> => {
    const own = typeof kill === 'number' ? undefined : kill
    const task: Task = { name, source, broker: broker?.url, folder, rows, trims, kill: own }
    const started = spawn(process.execPath, ['--no-deprecation', child, JSON.stringify(task)], {
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    started.stdin.on('error', () => {})
    let stderr = ''
    started.stderr.on('data', (piece) => {
      stderr += piece
    })
    let timer: NodeJS.Timeout | undefined
    read(started, () => {
      if (typeof kill === 'number') timer = setTimeout(() => started.kill('SIGKILL'), kill)
    })
    const closed = new Promise<NodeJS.Signals | null>((resolve) => started.on('close', (_, signal) => resolve(signal)))
    void sending?.whenDone().then(() => started.stdin.write('end\n'))
    const signal = await closed
    senders?.reach(undefined)
    clearTimeout(timer)
    if (signal === 'SIGKILL') killed++
    if (stderr !== '') problems.push(stderr.trim())
  }
  try {
    for (const kill of kills) if (end === undefined) await run(kill)
    if (end === undefined) await run(undefined)

    let given: readonly object[] = Array.from({ length: rows }, (_, i) => ({ ...inputOf(name, i), cursor: i }))
    if (sending) {
      const journal = await openJournal(join(folder, 'journal'), { readOnly: true })
      const there: { number: number; cursor: number }[] = []
      for await (const row of journal.rows({ after: journal.first - 1 })) there.push(row as never)
      const numbers = there.map(({ number }) => number)
      if (trims) {
        if (journal.first === 0) problems.push('nothing was dropped from the journal')
        if (numbers.some((number, i) => number !== journal.first + i)) problems.push('the journal lacks rows')
        if (journal.last !== rows - 1) problems.push(`the journal ends with row ${journal.last}`)
      } else {
        given = there
        const sorted = [...numbers].sort((a, b) => a - b)
        if (sorted.length !== rows || sorted.some((number, i) => number !== i))
          problems.push(`the journal has ${sorted.length} rows of ${rows}, ${new Set(sorted).size} different ones`)
      }
    }
    const expected = await uninterrupted(name, given)
    if (end !== expected.end) problems.push(`the model is ${end}; expected ${expected.end}`)
    const wrong = [...expected.outs].filter(([place, hash]) => outs.get(place) !== hash).length
    if (wrong > 0 || outs.size !== expected.outs.size)
      problems.push(`${wrong} of ${expected.outs.size} rows came out otherwise, and ${outs.size} came out`)
    return { killed, problems }
  } finally {
    senders?.stop()
    await broker?.stop()
    await rm(folder, { recursive: true })
  }
}
