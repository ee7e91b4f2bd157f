import { basename } from 'node:path'
import type { Files, OpenFile } from '../../../../src/node/store/files.js'

/** A file: what was written to it, and what of it is on the disk. */
interface Inode {
  content: Uint8Array
  synced: Uint8Array
}
type Names = Map<string, Inode>
const joined = (one: Uint8Array, other: Uint8Array): Uint8Array => new Uint8Array(Buffer.concat([one, other]))
type Change = (names: Names) => void

/** The power is gone: nothing that is done afterwards has any effect. */
export class PowerLoss extends Error {}

/**
 * A disk that keeps only what it was told to: a file has what was synced, and of what was not, any first part; names are as
 * of the last sync of their folder, and of the changes since then there are those up to any one, or any others.
 */
export interface SimulatedDisk {
  readonly files: Files
  /** Is called before each call, by its name, and may throw in its place. */
  before: (call: string) => void
  /** Returns the disk as it is after a loss of power; `pick(n)` chooses one of n outcomes. */
  afterPowerLoss(pick: (count: number) => number): SimulatedDisk
  names(): string[]
}

export const simulatedDisk = (given: Names = new Map()): SimulatedDisk => {
  const live: Names = new Map(given)
  let durable: Names = new Map(given)
  let changes: Change[] = []
  // The folder itself is a name in the one above it.
  let isMade = given.size > 0
  let isNamed = isMade
  const apply = (change: Change): void => {
    change(live)
    changes.push(change)
  }
  const missing = (path: string): Error => Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' })
  const at = (path: string): Inode => {
    const inode = live.get(basename(path))
    if (!inode) throw missing(path)
    return inode
  }
  const opened = (inode: Inode): OpenFile => {
    let isOpen = true
    const check = (call: string): void => {
      if (!isOpen) throw new Error(`EBADF: ${call}`)
      disk.before(call)
    }
    return {
      async write(bytes) {
        const { content } = inode
        // A disk that is full has taken a part.
        inode.content = joined(content, bytes.subarray(0, bytes.length >> 1))
        check('write')
        inode.content = joined(content, bytes)
      },
      async sync() {
        check('sync')
        inode.synced = inode.content
      },
      async close() {
        check('close')
        isOpen = false
      },
    }
  }
  const disk: SimulatedDisk = {
    before: () => {},
    files: {
      async makeFolder(path) {
        disk.before('makeFolder')
        const isNew = !isMade
        isMade = true
        return isNew ? path : undefined
      },
      async list() {
        disk.before('list')
        return [...live.keys()]
      },
      async read(path) {
        disk.before('read')
        return at(path).content
      },
      async create(path) {
        disk.before('create')
        const inode: Inode = { content: new Uint8Array(), synced: new Uint8Array() }
        apply((names) => names.set(basename(path), inode))
        return opened(inode)
      },
      async extend(path, size) {
        disk.before('extend')
        const inode = at(path)
        inode.content = inode.content.slice(0, size)
        return opened(inode)
      },
      async rename(from, to) {
        disk.before('rename')
        const inode = at(from)
        apply((names) => {
          names.delete(basename(from))
          names.set(basename(to), inode)
        })
      },
      async remove(path) {
        disk.before('remove')
        at(path)
        apply((names) => names.delete(basename(path)))
      },
      async syncFolder(path) {
        disk.before('syncFolder')
        if (basename(path) !== 'folder') {
          isNamed = true
          return
        }
        durable = new Map(live)
        changes = []
      },
    },
    afterPowerLoss(pick) {
      if (!isNamed && pick(2) === 0) return simulatedDisk()
      const names = new Map(durable)
      // A folder's names need not come to the disk in the order in which they changed.
      const kept = pick(2) === 0 ? changes.slice(0, pick(changes.length + 1)) : changes.filter(() => pick(2) === 0)
      for (const change of kept) change(names)
      const left = [...names].map(([name, { content, synced }]) => {
        if (content === synced) return [name, { content, synced }] as const
        // What was synced and is still a part of the content stays. Of the rest, of then or of now, any first part is
        // there, and some of what follows may have taken its room without its bytes.
        let same = 0
        while (same < Math.min(content.length, synced.length) && content[same] === synced[same]) same++
        const rest = pick(2) === 0 ? content : synced
        const isThere = same + pick(rest.length - same + 1)
        const kept = rest.slice(0, isThere + pick(rest.length - isThere + 1))
        kept.fill(0, isThere)
        return [name, { content: kept, synced: kept }] as const
      })
      return simulatedDisk(new Map(left))
    },
    names: () => [...live.keys()].sort(),
  }
  return disk
}
