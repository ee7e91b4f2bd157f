import { basename } from 'node:path'
import type { Files } from '../../../../src/node/store/files.js'

/** A file: what was written to it, and what of it is on the disk. */
interface Inode {
  content: Uint8Array
  synced: Uint8Array
}
type Names = Map<string, Inode>
type Change = (names: Names) => void

/** The power is gone: nothing that is done afterwards has any effect. */
export class PowerLoss extends Error {}

/**
 * A disk that keeps only what it was told to: a file has what was synced, and of what was not, any first part; names are as
 * of the last sync of their folder, and the changes since then up to any one of them.
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
        return {
          async write(bytes) {
            // A disk that is full has taken a part.
            inode.content = bytes.slice(0, bytes.length >> 1)
            disk.before('write')
            inode.content = bytes.slice()
          },
          async sync() {
            disk.before('sync')
            inode.synced = inode.content
          },
          async close() {
            disk.before('close')
          },
        }
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
      for (const change of changes.slice(0, pick(changes.length + 1))) change(names)
      const left = [...names].map(([name, { content, synced }]) => {
        const isSynced = content === synced
        const kept = isSynced ? synced : content.slice(0, pick(content.length + 1))
        return [name, { content: kept, synced: kept }] as const
      })
      return simulatedDisk(new Map(left))
    },
    names: () => [...live.keys()].sort(),
  }
  return disk
}
