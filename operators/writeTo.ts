import { type MonoTypeOperatorFunction, Observable, Subscriber } from 'rxjs'
import { BufferOverflowError } from '../src/errors.js'
import { checkFunction } from '../src/options/checkFunction.js'
import { checkWhole } from '../src/options/checkWhole.js'
import { optionsOf } from '../src/options/optionsOf.js'
import { shown } from '../src/options/shown.js'
import { checkKeep, hasPredictions, resultsIn } from '../src/results/resultsOf.js'
import type { Sink } from '../src/results/sink.js'
import type { Row } from '../src/values.js'
import { checkGiven } from './given.js'
import { pause } from './pause.js'

export interface WriteConfig<T = unknown> {
  /** The columns of each row that are written beside its prediction, such as its time or its key. Default: none. */
  readonly keep?: readonly string[]
  /**
   * Makes the rows that are written of an element, or undefined for none. Default: the results of a record, as
   * `resultsOf(record, { keep })` gives them; any other object, or each object of an array, as it is.
   */
  readonly rows?: ((element: T) => object | readonly object[] | undefined) | undefined
  /** The number of rows that may wait or be on their way; a source that can wait does so from half of it. Default: 10,000. */
  readonly capacity?: number
}

/**
 * Writes what passes to a sink, such as a file, a broker or a server; elements pass unchanged, and at once.
 *
 *     learned          a  b  c  d|
 *     writeTo(sink)    a  b  c  d     |    completes when the sink has everything, and is closed
 *
 * Rows that come while others are being written wait, and leave together. Where they become too many, the source waits, as
 * it does for `boundedBuffer`. So memory is bounded, whatever becomes of the connection, and no row is left out. At
 * completion, at an error of the source and at unsubscribe, all rows that came are still written, and the sink is closed;
 * only completion waits for it.
 *
 * @throws TypeError for a sink that is none; RangeError for a capacity that is not a whole number of at least 1; as
 * notifications, what the sink says when it cannot write, TypeError for an element of which no row can be made, and
 * BufferOverflowError where too many rows wait and the source does not
 * @example
 * const sink = { name: 'the screen', write: async (rows) => console.log(rows), close: async () => {} }
 * row$.pipe(learn(model), writeTo(sink, { keep: ['time', 'device'] })).subscribe()
 */
export const writeTo = <T>(sink: Sink, config?: WriteConfig<T>): MonoTypeOperatorFunction<T> => {
  checkGiven('writeTo: the sink', sink, 'write', "a sink, such as fileSink('predictions.ndjson') of rxgrad/node")
  checkGiven('writeTo: the sink', sink, 'close', 'a sink, which has write(rows) and close()')
  const { keep, rows, capacity } = optionsOf('writeTo', config as WriteConfig | undefined, {
    ...{ keep: [], rows: undefined, capacity: 10_000 },
  })
  checkKeep('writeTo: keep', keep)
  if (rows !== undefined)
    checkFunction('writeTo: rows', rows, 'a function of an element that returns a row, or several')
  checkWhole('writeTo: capacity is', capacity)
  const rowsOf = (element: unknown): readonly Row[] => {
    if (rows === undefined && hasPredictions(element)) return resultsIn(element, keep)
    const made: unknown = rows === undefined ? element : rows(element)
    if (made === undefined) return []
    const all: readonly unknown[] = Array.isArray(made) ? made : [made]
    for (const row of all)
      if (typeof row !== 'object' || row === null)
        throw new TypeError(
          `writeTo: ${rows === undefined ? 'the element' : 'what rows returned'} is ${shown(row)}; expected ${rows === undefined ? 'a record of predict(model) or learn(model), or an object' : 'an object'}.`,
        )
    return all as readonly Row[]
  }

  return (source) =>
    new Observable((subscriber) => {
      let waiting: Row[] = []
      /** The number of rows that are on their way. */
      let sent = 0
      let isWriting = false
      let isEnding = false
      let hasBegun = false
      let room: { readonly until: Promise<void>; readonly go: () => void } | undefined

      const isCrowded = (): boolean => waiting.length + sent > capacity / 2
      const roomToCome = (): Promise<void> => {
        if (room === undefined) {
          let go = (): void => {}
          const until = new Promise<void>((resolve) => {
            go = resolve
          })
          room = { until, go }
        }
        return room.until
      }
      const makeRoom = (): void => {
        if (isCrowded()) return
        room?.go()
        room = undefined
      }
      const close = async (): Promise<void> => {
        try {
          await sink.close()
          subscriber.complete()
        } catch (reason) {
          subscriber.error(reason)
        }
      }
      const write = async (): Promise<void> => {
        isWriting = true
        hasBegun = true
        try {
          while (waiting.length > 0) {
            const given = waiting
            waiting = []
            sent = given.length
            await sink.write(given)
            sent = 0
            makeRoom()
          }
        } catch (reason) {
          waiting = []
          sent = 0
          fail(reason)
          makeRoom()
        }
        isWriting = false
        if (isEnding) await close()
      }
      /** Stops reading, and closes the sink once everything is written, whether anybody still listens or not. */
      const end = (): void => {
        if (isEnding) return
        isEnding = true
        reading.unsubscribe()
        // Where nothing was written, nothing was opened.
        if (!hasBegun) subscriber.complete()
        else if (!isWriting) void close()
        else sink.ending?.()
      }
      const fail = (reason: unknown): void => {
        subscriber.error(reason)
        end()
      }
      const next = (element: T): void => {
        try {
          if (waiting.length + sent >= capacity) throw overflowOf(sink, capacity)
          for (const row of rowsOf(element)) waiting.push(row)
        } catch (reason) {
          fail(reason)
          return
        }
        if (!isWriting && waiting.length > 0) void write()
        const asked = isCrowded() ? roomToCome() : undefined
        subscriber.next(element)
        // What is below may ask the source to wait as well.
        if (asked !== undefined) pause.until = pause.until === undefined ? asked : both(asked, pause.until)
      }
      const reading = new Subscriber<T>({
        next,
        error: fail,
        complete: end,
      })
      subscriber.add(end)
      source.subscribe(reading)
    })
}

const both = async (a: Promise<void>, b: Promise<void>): Promise<void> => {
  await a
  await b
}

const overflowOf = ({ name }: Sink, capacity: number): BufferOverflowError =>
  new BufferOverflowError(
    `writeTo: ${capacity} rows wait for ${shown(name)} and another one came from a source that does not wait; expected fromRows or fromLines as the source, a larger capacity, or boundedBuffer({ capacity, overflow: 'dropOldest' }) in front, which says what to leave out.`,
  )
