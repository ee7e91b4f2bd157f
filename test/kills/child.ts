// node child.mjs '{ "name", "source", "broker", "folder", "rows", "trims", "kill" }': learns in a process that may be killed. It
// resumes from the checkpoints in the folder, and writes a line for each row that came out, and its hash at the end. With
// a `kill` it kills itself at the n-th call of a function of the file system: before it, after it, or amid a write.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { checkpoint, fromRows, resume } from 'rxgrad'
import { httpIngest, mqttSource, record } from 'rxgrad/node'
import { concatMap, from, map, type Observable, tap, timer } from 'rxjs'
import { openJournalOn } from '../../src/node/journal/openJournal.js'
import { fileStoreOn } from '../../src/node/store/fileStore.js'
import { type Files, nodeFiles, type OpenFile } from '../../src/node/store/files.js'
import { cases, hashOfModel, hashOfOut, inputOf, type Out } from './cases.js'

export interface Task {
  readonly name: string
  readonly source: 'file' | 'http' | 'mqtt'
  /** The address of the broker, for the source MQTT. */
  readonly broker?: string | undefined
  readonly folder: string
  readonly rows: number
  /** Whether what no checkpoint needs is dropped from the journal. */
  readonly trims: boolean
  readonly kill?: { readonly of: string; readonly when: 'before' | 'after' | 'amid'; readonly n: number } | undefined
}
const { name, source, broker, folder, rows, trims, kill } = JSON.parse(process.argv[2] as string) as Task

const die = (): boolean => process.kill(process.pid, 'SIGKILL')
let calls = 0
/** Calls a function of the file system, unless this process is to end there. */
const at = async <T>(of: string, call: () => Promise<T>, amid?: () => Promise<unknown>): Promise<T> => {
  const isHere = kill?.of === of && ++calls === kill.n
  if (isHere && kill.when === 'amid') await amid?.()
  if (isHere && kill.when !== 'after') die()
  const result = await call()
  if (isHere) die()
  return result
}
const failing = (of: string): Files => {
  const opened = (file: OpenFile): OpenFile => ({
    write: (bytes) =>
      at(
        `${of}.write`,
        () => file.write(bytes),
        () => file.write(bytes.subarray(0, bytes.length >> 1)),
      ),
    sync: () => at(`${of}.sync`, file.sync),
    close: file.close,
  })
  return {
    ...nodeFiles,
    create: async (path) => opened(await at(`${of}.create`, () => nodeFiles.create(path))),
    extend: async (path, size) => opened(await at(`${of}.extend`, () => nodeFiles.extend(path, size))),
    rename: (one, other) => at(`${of}.rename`, () => nodeFiles.rename(one, other)),
    remove: (path) => at(`${of}.remove`, () => nodeFiles.remove(path)),
    syncFolder: (path) => at(`${of}.syncFolder`, () => nodeFiles.syncFolder(path)),
  }
}
const say = (text: string): void => void process.stdout.write(`${text}\n`)

const { model, pipe, isJoined } = cases[name]!()
const store = fileStoreOn(failing('store'), join(folder, 'checkpoints'))
const resumed = await resume(store, model)
const start = Number(resumed?.cursor ?? -1) + 1
let place = start

const journal =
  source !== 'file'
    ? await openJournalOn(failing('journal'), join(folder, 'journal'), { segmentBytes: 4000 })
    : undefined
const ofFile = from(
  Array.from({ length: rows - start }, (_, i) => ({ ...inputOf(name, start + i), cursor: start + i })),
)
const ingest =
  source === 'http' ? httpIngest({ journal: journal as never, from: resumed?.cursor, capacity: 40 }) : undefined
const mqtt = broker === undefined ? undefined : mqttSource(broker, { topics: 'rows', clientId: 'learner', firstMs: 2 })
/** The cursor of the row that was given last. */
let given = start - 1
if (ingest) {
  const server = createServer((request, response) => ingest.handle(request, response))
  server.listen(0, '127.0.0.1', () => say(`port ${(server.address() as AddressInfo).port}`))
  whenAllIsGiven(() => {
    ingest.close()
    server.closeAllConnections()
    server.close()
  })
}
if (mqtt) whenAllIsGiven(() => mqtt.close())
/** At the end of the rows, all that was acknowledged is learned before the source is closed. */
function whenAllIsGiven(close: () => void): void {
  process.stdin.once('data', () => {
    const ended = setInterval(() => {
      if (given < journal!.last || journal!.last < rows - 1) return
      clearInterval(ended)
      close()
      process.stdin.destroy()
    }, 2)
  })
}
const options = { from: resumed?.cursor, key: ({ number }: { readonly number: number }) => number }
const sent$ = ingest ? fromRows(ingest) : mqtt && fromRows(record(journal!, mqtt, options))
const row$ = sent$ ?? ofFile.pipe(concatMap((row) => timer(1).pipe(map(() => row))))
say('ready')
const object$ = row$ as Observable<object>
object$
  .pipe(
    tap((row) => {
      given = (row as { readonly cursor: number }).cursor
    }),
    pipe,
    tap((out: Out) => say(`out ${isJoined ? model.cursor : place++} ${hashOfOut(out)}`)),
    checkpoint(store, { every: 20, ...(journal && trims && { journal }) } as never),
  )
  .subscribe({
    error: (error: Error) => {
      process.stderr.write(`${error.stack}\n`)
      process.exit(1)
    },
    complete: () => say(`end ${hashOfModel(model)}`),
  })
