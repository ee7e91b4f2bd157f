/** Says whether a part is alive after it was given out: its inside may change, and is not part of a record. */
const isLive = (part: object): boolean =>
  ['subscribe', 'then'].some((name) => typeof (part as Record<string, unknown>)[name] === 'function')

const leafOf = (part: unknown): string => {
  if (Object.is(part, -0)) return '-0'
  if (typeof part === 'string') return JSON.stringify(part)
  if (typeof part === 'bigint') return `${part}n`
  return typeof part === 'function' ? 'a function' : String(part)
}
const nameOf = (part: object): string => part.constructor?.name ?? 'Object'

/**
 * Describes all that a record holds in text: one line for each of its parts, with the part's place. Two records of
 * equal text are equal in every number, name and flag. What stands under `model` is left out, because models change.
 */
export const contentOf = (record: unknown): string => {
  const lines: string[] = []
  const above = new Set<object>()
  const walk = (at: string, part: unknown): void => {
    if (typeof part !== 'object' || part === null) lines.push(`${at}: ${leafOf(part)}`)
    else if (above.has(part)) lines.push(`${at}: a part that this one is in`)
    else
      try {
        look(at, part)
      } catch (error) {
        lines.push(`${at}: cannot be read: ${error}`)
      }
  }
  const look = (at: string, part: object): void => {
    if (isLive(part)) lines.push(`${at}: ${nameOf(part)}`)
    else if (ArrayBuffer.isView(part) && !(part instanceof DataView))
      lines.push(`${at}: ${nameOf(part)} ${Array.from(part as Float64Array, leafOf).join(' ')}`)
    else if (part instanceof ArrayBuffer) lines.push(`${at}: ArrayBuffer ${new Uint8Array(part).join(' ')}`)
    else {
      above.add(part)
      inside(at, part)
      above.delete(part)
    }
  }
  const inside = (at: string, part: object): void => {
    const { toJSON } = part as { toJSON?: unknown }
    if (part instanceof Error) lines.push(`${at}: ${part.name}: ${part.message}`)
    else if (Array.isArray(part)) lines.push(`${at}: ${part.length} elements`)
    else lines.push(`${at}: ${nameOf(part)}`)
    if (part instanceof DataView) walk(at, part.buffer.slice(part.byteOffset, part.byteOffset + part.byteLength))
    else if (typeof toJSON === 'function') walk(at, toJSON.call(part))
    else if (part instanceof Map || part instanceof Set)
      [...part].forEach((item, i) => {
        walk(`${at}<${i}>`, item)
      })
    else
      for (const [key, inner] of Object.entries(part))
        if (key !== 'model') walk(Array.isArray(part) ? `${at}[${key}]` : `${at}.${key}`, inner)
  }
  walk('', record)
  return lines.join('\n')
}

/** The number of characters of a long line that are shown, with the difference among them. */
const SHOWN = 80

/** Shows where two descriptions first differ; undefined where they are equal. */
export const differenceOf = (given: string, expected: string): string | undefined => {
  if (given === expected) return undefined
  const [ours, theirs] = [given.split('\n'), expected.split('\n')]
  const i = ours.findIndex((line, k) => line !== theirs[k])
  const [was, wanted] = [ours[i < 0 ? ours.length : i], theirs[i < 0 ? ours.length : i]]
  let at = 0
  while (was !== undefined && wanted !== undefined && was[at] === wanted[at]) at++
  const shown = (line: string | undefined): string => {
    if (line === undefined) return 'nothing more'
    const from = Math.max(0, Math.min(at, line.length) - SHOWN / 2)
    return `${from > 0 ? '…' : ''}${line.slice(from, from + SHOWN)}${line.length > from + SHOWN ? '…' : ''}`
  }
  return `expected ${shown(wanted)}, was ${shown(was)}`
}
