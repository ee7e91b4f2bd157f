import { readFile } from 'node:fs/promises'
import { cpus, freemem, loadavg, totalmem } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkNumber } from '../../options/checkNumber.js'
import { optionsOf } from '../../options/optionsOf.js'

/** Measurements of this machine. Rates are averages since the previous reading. */
export interface HostReading {
  /** Milliseconds since 1970. */
  readonly timeMs: number
  /** The share of all cores together that is in use, in percent. */
  readonly cpu: number
  /** The share of each core that is in use, in percent: `core0`, `core1`, … */
  readonly [core: `core${number}`]: number
  /** The number of runnable processes, averaged over a minute. */
  readonly load: number
  /** The memory in use, in percent. */
  readonly memory: number
  /** The mean delay of the timers of this process, in milliseconds. */
  readonly eventLoopDelay: number
  /** Kilobytes per second; absent if the system does not count them. */
  readonly diskRead?: number
  readonly diskWritten?: number
  readonly received?: number
  readonly sent?: number
}

interface Counts {
  readonly timeMs: number
  readonly cores: readonly { readonly busy: number; readonly total: number }[]
  readonly bytes: Readonly<Record<string, number>>
}

const columns = (line: string): readonly string[] => line.trim().split(/[\s:]+/)

/** Linux counts disk traffic in sectors of 512 bytes and network traffic in bytes. Other systems have neither file. */
const countBytes = async (): Promise<Record<string, number>> => {
  const bytes: Record<string, number> = {}
  const add = (name: string, amount: number): void => {
    bytes[name] = (bytes[name] ?? 0) + amount
  }
  const lines = async (path: string): Promise<readonly string[]> =>
    (await readFile(path, 'utf8').catch(() => '')).split('\n').filter((line) => line.trim() !== '')
  for (const line of await lines('/proc/diskstats')) {
    const fields = columns(line)
    if (/^(loop|ram|zram|dm-)/.test(fields[2] ?? '')) continue
    add('diskRead', Number(fields[5]) * 512)
    add('diskWritten', Number(fields[9]) * 512)
  }
  for (const line of (await lines('/proc/net/dev')).slice(2)) {
    const fields = columns(line)
    add('received', Number(fields[1]))
    add('sent', Number(fields[9]))
  }
  return bytes
}

const count = async (): Promise<Counts> => ({
  timeMs: Date.now(),
  cores: cpus().map(({ times }) => {
    const total = times.user + times.nice + times.sys + times.idle + times.irq
    return { busy: total - times.idle, total }
  }),
  bytes: await countBytes(),
})

const percent = (part: number, whole: number): number => (whole > 0 ? Math.round((10_000 * part) / whole) / 100 : 0)

const readingOf = (before: Counts, now: Counts, eventLoopDelay: number): HostReading => {
  const cores = now.cores.map(({ busy, total }, i) => ({
    busy: busy - (before.cores[i]?.busy ?? busy),
    total: total - (before.cores[i]?.total ?? total),
  }))
  const sum = (of: 'busy' | 'total'): number => cores.reduce((all, core) => all + core[of], 0)
  const seconds = Math.max(now.timeMs - before.timeMs, 1) / 1000
  const rates = Object.keys(now.bytes).map((name) => {
    const bytes = now.bytes[name] - (before.bytes[name] ?? now.bytes[name])
    return [name, Math.round(Math.max(bytes, 0) / seconds / 102.4) / 10]
  })
  return {
    timeMs: now.timeMs,
    cpu: percent(sum('busy'), sum('total')),
    ...Object.fromEntries(cores.map(({ busy, total }, i) => [`core${i}`, percent(busy, total)])),
    load: loadavg()[0],
    memory: percent(totalmem() - freemem(), totalmem()),
    eventLoopDelay,
    ...Object.fromEntries(rates),
  }
}

/**
 * Emits measurements of this host as an endless stream: processor, memory, event loop, and disk and network if the
 * system counts them.
 *
 * @example
 * for await (const reading of hostReadings({ everyMs: 250 })) console.log(reading.cpu)
 */
export async function* hostReadings(config?: { readonly everyMs?: number }): AsyncGenerator<HostReading> {
  const { everyMs } = optionsOf('hostReadings', config, { everyMs: 250 })
  checkNumber('hostReadings: everyMs', everyMs, { most: 2 ** 31 - 1 })
  const delay = monitorEventLoopDelay({ resolution: 10 })
  delay.enable()
  try {
    for (let before = await count(); ; ) {
      await sleep(everyMs)
      const now = await count()
      // The histogram includes the 10 ms of its own timer.
      yield readingOf(before, now, Math.round(Math.max(delay.mean / 1e6 - 10, 0) * 100) / 100 || 0)
      delay.reset()
      before = now
    }
  } finally {
    delay.disable()
  }
}
