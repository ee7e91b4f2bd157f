import { link, readdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isAlive, type Owner, thisProcess } from './processes.js'

/** A folder that one writer holds; others are refused until it is released, or its process has ended by whatever means. */
export interface Lock {
  release(): Promise<void>
}

/** Is thrown for a folder that another writer holds. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError'
  /** The number of the process that holds it. */
  readonly pid: number
  constructor(of: string, folder: string, pid: number) {
    const who = pid === process.pid ? 'this process already' : `the process ${pid}`
    const advice =
      pid === process.pid ? 'close that one first' : `stop that process first, or open it with { readOnly: true }`
    super(`${of}: ${folder} is open for writing in ${who}; expected one writer: ${advice}.`)
    this.pid = pid
  }
}

let locks = 0

/**
 * Locks a folder for this writer among the processes of this host, by a file in it that names the process and when it
 * started. A process that was killed leaves its file, and who finds that it is gone takes the folder over.
 *
 * The files are numbered, and a new one has the next number: of several that find the same one, the file system lets one
 * make it, and a file that somebody holds is never moved.
 *
 * @throws FolderInUseError, which names the process that holds the folder
 */
export const lockFolder = async (of: string, folder: string): Promise<Lock> => {
  const owner = await thisProcess()
  const own = join(folder, `locking-${owner.pid}-${locks++}`)
  const refuse = (pid: number): never => {
    throw new FolderInUseError(of, folder, pid)
  }
  // The name appears with what is in the file, or not at all.
  await writeFile(own, JSON.stringify(owner))
  try {
    for (;;) {
      const before = await locksIn(folder)
      const live = before.find(({ holder }) => holder !== undefined)
      if (live) refuse(live.holder!)
      const name = `lock-${Math.max(0, ...before.map(({ number }) => number)) + 1}`
      const path = join(folder, name)
      const isMade = await link(own, path).then(
        () => true,
        (error: { code?: string }) => (error.code === 'EEXIST' ? false : Promise.reject(error)),
      )
      if (!isMade) continue
      // Who saw an older state of the folder may have made a file of another number meanwhile.
      const others = (await locksIn(folder)).filter((each) => each.name !== name)
      const other = others.find(({ holder }) => holder !== undefined)
      const remove = (one: string): Promise<void> => unlink(join(folder, one)).catch(() => {})
      if (other) {
        await remove(name)
        refuse(other.holder!)
      }
      for (const each of others) await remove(each.name)
      let isHeld = true
      // Once it is released, the same name may be that of another writer's file.
      return {
        async release() {
          if (!isHeld) return
          isHeld = false
          await remove(name)
        },
      }
    }
  } finally {
    await unlink(own).catch(() => {})
  }
}

/** The locks in a folder, each with the process that holds it, or undefined if that is gone. */
const locksIn = async (folder: string) => {
  const found: { readonly name: string; readonly number: number; readonly holder: number | undefined }[] = []
  for (const name of await readdir(folder)) {
    const number = Number(/^lock-(\d+)$/.exec(name)?.[1] ?? -1)
    if (number < 0) continue
    const text = await readFile(join(folder, name), 'utf8').catch(() => undefined)
    if (text === undefined) continue
    const owner = ownerOf(text)
    found.push({ name, number, holder: owner && (await isAlive(owner)) ? owner.pid : undefined })
  }
  return found
}

const ownerOf = (text: string): Owner | undefined => {
  try {
    const owner = JSON.parse(text) as Owner
    return Number.isSafeInteger(owner?.pid) && owner.pid > 0 ? owner : undefined
  } catch {
    return undefined
  }
}
