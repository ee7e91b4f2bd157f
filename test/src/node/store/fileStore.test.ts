import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type CheckpointStore,
  createModel,
  dense,
  encodeModel,
  type Model,
  numeric,
  resume,
} from '../../../../src/index.js'
import { fileStore, loadModel, saveModel } from '../../../../src/node/index.js'
import { fileStoreOn } from '../../../../src/node/store/fileStore.js'
import { crc32 } from '../../../../src/wire/crc32.js'
import { runs } from '../../../runs.js'
import { PowerLoss, type SimulatedDisk, simulatedDisk } from './simulatedDisk.js'

/** A checkpoint of a number, with a checksum. */
const checkpointOf = (n: number): Uint8Array => {
  const bytes = new Uint8Array(40).fill(n)
  new DataView(bytes.buffer).setUint32(36, crc32(bytes, 0, 36))
  return bytes
}
const problemOf = (bytes: Uint8Array): string | undefined =>
  bytes.length === 40 && crc32(bytes, 0, 36) === new DataView(bytes.buffer, bytes.byteOffset).getUint32(36)
    ? undefined
    : `it has ${bytes.length} bytes and a wrong checksum`
const loadedFrom = async (store: CheckpointStore): Promise<number | undefined> =>
  (await store.load(problemOf))?.bytes[0]

/** Saves 1, 2, … until something throws what ends the process; returns the last number that was said to be safe. */
const saveAll = async (store: CheckpointStore, count: number): Promise<number> => {
  let safe = 0
  for (let n = 1; n <= count; n++) {
    try {
      await store.save(checkpointOf(n))
      safe = n
    } catch (error) {
      if ((error as Error).cause instanceof PowerLoss) break
    }
  }
  return safe
}
/** Calls `act` before the n-th call. */
const atCall = (disk: SimulatedDisk, n: number, act: (call: string) => void): void => {
  let count = 0
  disk.before = (call) => {
    if (count++ === n) act(call)
  }
}
const callsOf = async (count: number): Promise<string[]> => {
  const disk = simulatedDisk()
  const calls: string[] = []
  disk.before = (call) => calls.push(call)
  await saveAll(fileStoreOn(disk.files, 'folder'), count)
  return calls
}

describe('fileStore', () => {
  it('has what it said was safe, or what is newer, after a loss of power at any call, whatever the disk kept', async () => {
    const calls = await callsOf(5)
    expect(calls).toContain('sync')
    const outcome = fc.array(fc.nat(1000), { minLength: 12, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(fc.nat(calls.length), outcome, async (n, picks) => {
        const disk = simulatedDisk()
        let isGone = false
        atCall(disk, n, () => {
          isGone = true
        })
        const { before } = disk
        disk.before = (call) => {
          before(call)
          if (isGone) throw new PowerLoss()
        }
        const safe = await saveAll(fileStoreOn(disk.files, 'folder'), 5)
        const after = disk.afterPowerLoss((count) => (picks.pop() ?? 0) % count)
        const store = fileStoreOn(after.files, 'folder')
        const loaded = (await loadedFrom(store)) ?? 0
        expect(loaded).toBeGreaterThanOrEqual(safe)
        expect(loaded).toBeLessThanOrEqual(safe + 1)
        // It goes on from there.
        await store.save(checkpointOf(99))
        expect(await loadedFrom(store)).toBe(99)
        expect(after.names().filter((name) => name.endsWith('.unfinished'))).toEqual([])
      }),
      { numRuns: runs(3000) },
    )
  })

  it('has what it said was safe after any call has failed, and saves the next one', async () => {
    const calls = await callsOf(4)
    for (const code of ['ENOSPC', 'EIO'])
      for (let n = 0; n < calls.length; n++) {
        const disk = simulatedDisk()
        atCall(disk, n, (call) => {
          failed = Object.assign(new Error(`${code}: ${call}`), { code })
          throw failed
        })
        const store = fileStoreOn(disk.files, 'folder')
        const told: Error[] = []
        let failed: Error | undefined
        let safe = 0
        for (let each = 1; each <= 4; each++)
          await store.save(checkpointOf(each)).then(
            () => {
              safe = each
            },
            (error: Error) => told.push(error),
          )
        disk.before = () => {}
        const at = `${code} at call ${n}, ${calls[n]}`
        expect(await loadedFrom(store), at).toBeGreaterThanOrEqual(safe)
        // A file that could not be removed is no failure; everything else is told.
        expect(told.length, at).toBeLessThanOrEqual(1)
        if (!['remove', 'list'].includes(calls[n]!)) expect(told, at).toHaveLength(1)
        for (const error of told) {
          const reason = code === 'ENOSPC' ? 'the disk is full' : `EIO: ${calls[n]}`
          expect(error.message, at).toBe(`fileStore: folder cannot be written: ${reason}.`)
          expect([error.cause, (error as NodeJS.ErrnoException).code], at).toEqual([failed, code])
        }
        await store.save(checkpointOf(5))
        expect(await loadedFrom(store), at).toBe(5)
        expect(disk.names().length, at).toBeLessThanOrEqual(3)
      }
  })

  it('loads the checkpoint before one that is damaged, and says which was refused, and why', async () => {
    const disk = simulatedDisk()
    const store = fileStoreOn(disk.files, 'folder')
    await saveAll(store, 3)
    expect(disk.names()).toEqual(['checkpoint-00000001.rxg', 'checkpoint-00000002.rxg'])
    const damage = async (name: string): Promise<void> => {
      const file = await disk.files.create(`folder/${name}`)
      await file.write(checkpointOf(3).slice(0, 17))
    }
    await damage('checkpoint-00000002.rxg')
    const loaded = await store.load(problemOf)
    expect(loaded?.bytes[0]).toBe(2)
    expect(loaded?.refused).toEqual(['folder/checkpoint-00000002.rxg: it has 17 bytes and a wrong checksum'])
    await damage('checkpoint-00000001.rxg')
    await expect(store.load(problemOf)).rejects.toThrow(
      'fileStore: none of the checkpoints in folder is whole: folder/checkpoint-00000002.rxg: it has 17 bytes and a wrong checksum; folder/checkpoint-00000001.rxg: it has 17',
    )
  })

  it('does not count a damaged checkpoint among those that it keeps', async () => {
    const disk = simulatedDisk()
    await saveAll(fileStoreOn(disk.files, 'folder'), 4)
    const damage = async (generation: number): Promise<void> => {
      const file = await disk.files.create(`folder/checkpoint-0000000${generation}.rxg`)
      await file.write(new Uint8Array(3))
    }
    await damage(3)
    const store = fileStoreOn(disk.files, 'folder')
    expect(await loadedFrom(store)).toBe(3)
    await store.save(checkpointOf(5))
    await damage(4)
    expect(await loadedFrom(store)).toBe(3)
    await store.save(checkpointOf(6))
    await store.save(checkpointOf(7))
    expect(disk.names()).toEqual(['checkpoint-00000005.rxg', 'checkpoint-00000006.rxg'])
  })

  it('keeps as many as it was told to, and saves in the order of the calls', async () => {
    const disk = simulatedDisk()
    const store = fileStoreOn(disk.files, 'folder', { keep: 3 })
    expect(await store.load(problemOf)).toBeUndefined()
    await Promise.all([1, 2, 3, 4, 5, 6].map((n) => store.save(checkpointOf(n))))
    expect(await loadedFrom(store)).toBe(6)
    expect(disk.names()).toHaveLength(3)
  })
})

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rxgrad-store-'))
})
afterAll(() => rm(folder, { recursive: true }))
const created = (): Model =>
  createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)] }) as Model
const learned = (rows: number): Model => {
  const model = created()
  for (let i = 0; i < rows; i++) model.learn({ x: i % 5, y: i % 5 })
  return model
}

describe('on the disk of this machine', () => {
  it('a model is saved as a file, predicts from it alone, and goes on from it', async () => {
    const path = join(folder, 'power.rxg')
    const model = learned(20)
    await saveModel(model, path)
    const alone = await loadModel(path)
    expect([alone.step, alone.predict({ x: 3 }).value]).toEqual([20, model.predict({ x: 3 }).value])
    const again = created()
    expect(await loadModel(path, again)).toEqual({ cursor: undefined, leftOut: [] })
    expect(again.parameters).toEqual(model.parameters)
    await saveModel(learned(30), path)
    expect((await loadModel(path)).step).toBe(30)
    expect((await readdir(folder)).filter((name) => name.startsWith('power'))).toEqual(['power.rxg'])
  })

  it('a folder of checkpoints is resumed from, and is loaded as a file is', async () => {
    const path = join(folder, 'a', 'new', 'folder')
    const store = fileStore(path)
    expect(await resume(store, created())).toBeUndefined()
    await expect(loadModel(path)).rejects.toThrow(`loadModel: ${path}: there is no such file`)
    const { encodeModel } = await import('../../../../src/index.js')
    for (const rows of [5, 10, 15]) await store.save(encodeModel(learned(rows)))
    expect((await loadModel(path)).step).toBe(15)
    const newest = join(path, 'checkpoint-00000002.rxg')
    const bytes = await readFile(newest)
    bytes[100]! ^= 1
    await writeFile(newest, bytes)
    const model = created()
    expect(await resume(store, model)).toEqual({
      ...{ cursor: undefined, leftOut: [] },
      refused: [`${newest}: it is damaged: its checksum differs`],
    })
    expect(model.step).toBe(10)
  })

  it('a file that is none, or no model, is told as such', async () => {
    const path = join(folder, 'notes.txt')
    await writeFile(path, 'these are notes')
    await expect(loadModel(path)).rejects.toThrow(`loadModel: ${path}: these bytes are no saved model`)
    await expect(resume(fileStore(path), created())).rejects.toThrow(`fileStore: ${path} is a file; expected a folder`)
  })

  it('a path that cannot be written is told by its own name, with the reason', async () => {
    const written = (path: string) => saveModel(created(), path)
    const inMissing = join(folder, 'missing', 'power.rxg')
    await expect(written(inMissing)).rejects.toThrow(
      `saveModel: ${inMissing} cannot be written: there is no such folder.`,
    )
    await expect(written(inMissing)).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(written(folder)).rejects.toThrow(`saveModel: ${folder} cannot be written: it is a folder`)
    const file = join(folder, 'file')
    await writeFile(file, '')
    await expect(written(join(file, 'power.rxg'))).rejects.toThrow('a part of the path is a file')
  })

  it('what does not learn is not saved, and what does not fit is told by what differs', async () => {
    const path = join(folder, 'power.rxg')
    await saveModel(created(), path)
    await expect(saveModel((await loadModel(path)) as never, path)).rejects.toThrow(
      'saveModel: the model is an object; expected what createModel or learnByKey returns. A predictor only predicts',
    )
    const features = { humidity: numeric() }
    const other = createModel({ features, target: { power: numeric() }, layers: [dense(1)] })
    await expect(loadModel(path, other)).rejects.toThrow(
      new RegExp(`^loadModel: ${path}: the saved model is of another configuration. What differs: .*warmStart: true`),
    )
    const anew = 'no feature of the saved model fits'
    await expect(loadModel(path, other, { warmStart: true })).rejects.toThrow(`loadModel: ${path}: ${anew}`)
    const store = fileStore(join(folder, 'checkpoints'))
    await store.save(encodeModel(created()))
    await expect(resume(store, other)).rejects.toThrow('resume: the saved model is of another configuration.')
  })
})
