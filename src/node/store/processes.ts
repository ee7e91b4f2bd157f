import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'

/** A process, told from a later one of the same number by when it started, where the system says so. */
export interface Owner {
  readonly pid: number
  readonly host: string
  /** Empty where the system does not say it. */
  readonly started: string
}

/** Tells whether there is a process of this number on this host. */
export const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // One of another user is there, and may not be signalled.
    return (error as { code?: string }).code === 'EPERM'
  }
}

/** When a process started, in ticks since the host did, as Linux tells it: fields 3 and 22 of proc_pid_stat(5). */
const startOf = async (pid: number): Promise<string> => {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The name of the program stands in parentheses, and may have any characters.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  // One that has ended is listed until its parent has looked at it.
  return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? '')
}

export const thisProcess = async (): Promise<Owner> => ({
  pid: process.pid,
  host: hostname(),
  started: await startOf(process.pid),
})

/** Tells whether a process still runs; of one on another host nobody here can tell, and it counts as gone. */
export const isAlive = async ({ pid, host, started }: Owner): Promise<boolean> =>
  host === hostname() && isRunning(pid) && (await startOf(pid)) === started
