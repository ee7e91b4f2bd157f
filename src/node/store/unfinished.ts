import { basename, dirname, join, resolve } from 'node:path'
import type { Files } from './files.js'
import { isRunning } from './processes.js'

/** The end of the name of a file that is not whole yet. */
export const UNFINISHED = '.unfinished'

/** The unfinished files that this process is writing, by their paths. */
const own = new Set<string>()
let count = 0

/** Names a file that nobody else writes, beside the one that it is to become. */
export const beginUnfinished = (path: string): string => {
  const aside = `${path}.${process.pid}-${count++}${UNFINISHED}`
  own.add(resolve(aside))
  return aside
}
export const endUnfinished = (aside: string): void => void own.delete(resolve(aside))

/** Returns the name of the file that an unfinished one was to become; undefined for another file. */
export const finishedName = (name: string): string | undefined => /^(.*?)(\.\d+-\d+)?\.unfinished$/.exec(name)?.[1]

/** Removes the unfinished files of a folder that processes have left which were killed. */
export const removeUnfinished = async (
  files: Files,
  folder: string,
  isOurs: (finished: string) => boolean,
): Promise<void> => {
  for (const name of await files.list(folder)) {
    const finished = finishedName(name)
    if (finished === undefined || !isOurs(finished)) continue
    const path = join(folder, name)
    const pid = Number(/\.(\d+)-\d+\.unfinished$/.exec(name)?.[1] ?? 0)
    const isWritten = pid === process.pid ? own.has(resolve(path)) : pid > 0 && isRunning(pid)
    // A file that cannot be removed takes room, and does no other harm; the next call tries again.
    if (!isWritten) await files.remove(path).catch(() => {})
  }
}

/** The paths of which this process has removed what others have left. */
const cleaned = new Set<string>()

/** Removes what killed processes have left beside a file, the first time that it is asked for this file. */
export const cleanBeside = async (files: Files, path: string): Promise<void> => {
  const place = resolve(path)
  if (cleaned.has(place)) return
  cleaned.add(place)
  await removeUnfinished(files, dirname(path), (name) => name === basename(path)).catch(() => {})
}
