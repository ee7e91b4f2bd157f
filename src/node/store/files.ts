import { type FileHandle, mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises'

/** What a store asks of the file system, so that a test can let each part of it fail. */
export interface Files {
  /** Makes a folder, and those above it; returns the topmost one that was not there. */
  makeFolder(path: string): Promise<string | undefined>
  /** The names in a folder; none if there is no such folder. */
  list(folder: string): Promise<readonly string[]>
  read(path: string): Promise<Uint8Array>
  /** Opens a file for writing; what was in it is gone. */
  create(path: string): Promise<OpenFile>
  /** Opens a file for writing behind its first bytes; what was behind them is gone. */
  extend(path: string, size: number): Promise<OpenFile>
  rename(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  /** Waits until the names in a folder are on the disk. */
  syncFolder(path: string): Promise<void>
}
export interface OpenFile {
  /** Writes behind what is there. */
  write(bytes: Uint8Array): Promise<void>
  /** Waits until what was written is on the disk. */
  sync(): Promise<void>
  close(): Promise<void>
}

const openFile = (file: FileHandle): OpenFile => ({
  write: (bytes) => file.writeFile(bytes),
  sync: () => file.sync(),
  close: () => file.close(),
})

export const nodeFiles: Files = {
  makeFolder: (path) => mkdir(path, { recursive: true }),
  async list(folder) {
    try {
      return await readdir(folder)
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return []
      throw error
    }
  },
  read: (path) => readFile(path),
  async create(path) {
    return openFile(await open(path, 'w'))
  },
  async extend(path, size) {
    const file = await open(path, 'a')
    try {
      await file.truncate(size)
    } catch (error) {
      await file.close()
      throw error
    }
    return openFile(file)
  },
  rename,
  remove: unlink,
  async syncFolder(path) {
    // Windows does not open folders, and keeps their names by itself.
    if (process.platform === 'win32') return
    const folder = await open(path, 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  },
}
