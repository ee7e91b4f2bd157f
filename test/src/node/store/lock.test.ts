import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createModel, dense, numeric } from '../../../../src/index.js'
import { FolderInUseError, fileStore, openJournal, saveModel } from '../../../../src/node/index.js'

const folder = mkdtempSync(join(tmpdir(), 'rxgrad-lock-'))
const others: ChildProcess[] = []
afterAll(() => {
  for (const other of others) other.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})
let count = 0
const newFolder = (): string => join(folder, `${count++}`)
/** Starts another process, and returns what its lock would say. */
const another = async () => {
  const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)'])
  others.push(child)
  await once(child.stdout, 'data')
  const stat = process.platform === 'linux' ? readFileSync(`/proc/${child.pid}/stat`, 'utf8') : ''
  const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  const end = async () => {
    child.kill('SIGKILL')
    await once(child, 'close')
  }
  return { owner: { pid: child.pid as number, host: hostname(), started }, end }
}
/** Makes a journal with one row, which is closed. */
const journalOfOne = async (): Promise<string> => {
  const path = newFolder()
  const journal = await openJournal(path)
  await journal.append([{ x: 1 }])
  await journal.close()
  return path
}

describe('a journal', () => {
  it('has one writer, which is named, and any number of readers', async () => {
    const path = newFolder()
    const journal = await openJournal(path)
    const refused = await openJournal(path).catch((error) => error)
    expect(refused).toBeInstanceOf(FolderInUseError)
    expect(refused.message).toBe(
      `openJournal: ${path} is open for writing in this process already; expected one writer: close that one first.`,
    )
    await journal.append([{ x: 1 }])
    expect((await openJournal(path, { readOnly: true })).last).toBe(0)
    await journal.close()
    const again = await openJournal(path)
    expect(again.last).toBe(0)
    await again.close()
    expect(readdirSync(path).filter((name) => name.includes('lock'))).toEqual([])
  })

  it('stays with its writer when an earlier one is closed again', async () => {
    const path = newFolder()
    const earlier = await openJournal(path)
    await earlier.close()
    const journal = await openJournal(path)
    await earlier.close()
    await expect(openJournal(path)).rejects.toBeInstanceOf(FolderInUseError)
    await journal.append([{ x: 1 }])
    await journal.close()
    expect((await openJournal(path, { readOnly: true })).last).toBe(0)
  })

  it('is refused while another process has it, and is taken over once that was killed', async () => {
    const path = await journalOfOne()
    const { owner, end } = await another()
    writeFileSync(join(path, 'lock-1'), JSON.stringify(owner))
    await expect(openJournal(path)).rejects.toThrow(
      `${path} is open for writing in the process ${owner.pid}; expected one writer: stop that process first`,
    )
    await end()
    const journal = await openJournal(path)
    expect(journal.last).toBe(0)
    await journal.close()
  })

  it('is taken over from an earlier process of the same number, and from a lock that is none', async () => {
    const path = await journalOfOne()
    const { owner } = await another()
    const stale = [JSON.stringify({ ...owner, host: `not ${hostname()}` }), '', '{}', '{"pid":', 'null']
    if (process.platform === 'linux') stale.push(JSON.stringify({ ...owner, started: '1' }))
    for (const text of stale) {
      writeFileSync(join(path, 'lock-1'), text)
      await (await openJournal(path)).close()
    }
  })

  it('that a killed process has left is taken over by one of several', async () => {
    const path = await journalOfOne()
    const { owner, end } = await another()
    await end()
    for (let turn = 0; turn < 5; turn++) {
      writeFileSync(join(path, 'lock-1'), JSON.stringify(owner))
      const all = await Promise.allSettled(Array.from({ length: 6 }, () => openJournal(path)))
      const won = all.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
      expect(won).toHaveLength(1)
      for (const each of all) if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(FolderInUseError)
      await won[0]!.close()
      expect(readdirSync(path).filter((name) => name.includes('lock'))).toEqual([])
    }
  })

  it('is let go where it cannot be opened', async () => {
    const path = newFolder()
    const journal = await openJournal(path)
    for (const x of [1, 2]) await journal.append([{ x }])
    await journal.close()
    const file = join(path, readdirSync(path)[0]!)
    const bytes = readFileSync(file)
    bytes[40] = 255 - bytes[40]!
    writeFileSync(file, bytes)
    await expect(openJournal(path)).rejects.toThrow('damaged')
    expect(readdirSync(path)).toHaveLength(1)
  })
})

describe('what killed processes have left unfinished', () => {
  const model = () => createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)] })
  it('is not what this process writes at the time, however the path is written', async () => {
    const at = mkdtempSync(join(folder, 'at-once-'))
    mkdirSync(join(at, 'a'))
    const path = [at, '.', 'a', '..', 'power.rxg'].join(sep)
    await Promise.all(Array.from({ length: 5 }, () => saveModel(model(), path)))
    expect(readdirSync(at)).toEqual(['a', 'power.rxg'])
  })
  it('is removed beside a saved model and in a store, and what others are writing stays', async () => {
    const { owner, end } = await another()
    await end()
    const other = await another()
    for (const [path, save] of [
      ['power.rxg', (at: string) => saveModel(model(), join(at, 'power.rxg'))],
      ['checkpoint-00000000.rxg', (at: string) => fileStore(at).save(new Uint8Array(9))],
    ] as const) {
      const at = mkdtempSync(join(folder, 'left-'))
      const kept = [`${path}.${other.owner.pid}-0.unfinished`, 'notes.1-1.unfinished', 'notes.unfinished']
      const left = [
        `${path}.${owner.pid}-0.unfinished`,
        `${path}.${process.pid}-987654.unfinished`,
        `${path}.unfinished`,
      ]
      for (const name of [...kept, ...left]) writeFileSync(join(at, name), 'x')
      await save(at)
      expect(readdirSync(at).sort()).toEqual([...kept, path].sort())
    }
  })
})
