import type { OperatorFunction } from 'rxjs'
import { createFilling } from '../src/model/step/windowOf.js'
import { optionsOf } from '../src/options/optionsOf.js'
import type { Batch, Example, Rejection } from '../src/records.js'
import { checkRecord } from './checkRecord.js'
import { checkWindow, type Gathering, inWindows } from './inWindows.js'
import type { Reads, RowIn } from './reads.js'

export interface BatchConfig {
  /** The number of rows that can be learned: rows with a label that were not rejected. */
  readonly size: number
  /** A window ends at most this many milliseconds after its first row. Default: no limit. */
  readonly withinMs?: number
}

/**
 * Gathers windows of b examples in one array: by count, or by count and time, whichever comes first.
 *
 *     example   a b c d e|
 *     batch(2)    ab  cd (e|)
 *
 * The last window may be smaller. Rejected rows and rows without a label take no place in a window; the window in which
 * they came carries their count. If a stream ends with nothing else, that window has size 0; so has one that tells in
 * `batch(1)` what fields such as `lag` remember of a row without a label.
 *
 * @throws RangeError for a size that is not a whole number of at least 1, or a withinMs that is not above 0
 * @example
 * row$.pipe(encode(model), batch({ size: 32, withinMs: 1000 }), gradient(model), update(model)).subscribe()
 */
export function batch<R, I = Example<R> | Rejection>(
  config: number | BatchConfig,
): OperatorFunction<
  Reads<I, Example<R> | Rejection, 'batch(n) reads examples: encode(model) belongs in front of it.'>,
  Batch<RowIn<I>>
>
export function batch<R>(config: number | BatchConfig): OperatorFunction<Example<R> | Rejection, Batch<R>> {
  const given = typeof config === 'number' ? { size: config } : config
  const { size, withinMs } = optionsOf('batch', given, { size: Number.NaN, withinMs: undefined })
  checkWindow('batch', { size, withinMs })
  return inWindows(() => gather<R>(size), withinMs)
}

const gather = <R>(size: number): Gathering<Example<R> | Rejection, Batch<R>> => {
  const filling = createFilling<R>()
  let windows = 0
  const close = (): Batch<R> | undefined => (filling.isEmpty ? undefined : filling.close())
  return {
    add(element) {
      if (element?.kind !== 'rejection') checkRecord('batch', element, 'example')
      if (filling.isEmpty) windows++
      filling.add(element)
      // In steps of one row, what fields remember of a row without a label waits for no other row.
      return filling.size === size || (size === 1 && filling.remembersAlone) ? close() : undefined
    },
    close,
    get open() {
      return filling.isEmpty ? 0 : windows
    },
  }
}
