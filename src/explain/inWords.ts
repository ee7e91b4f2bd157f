import { shown } from '../options/shown.js'
import type { Value } from '../values.js'

/** What is put into words. */
interface Told {
  readonly target: string
  readonly of: Value
  readonly scale: 'target' | 'probability' | 'logit'
  readonly value: number
  readonly baseline: number
  readonly contributions: Readonly<Record<string, number>>
  readonly experts: Readonly<Record<string, number>> | undefined
}

/** The number of features that are named, and the share of the largest contribution below which one says nothing. */
const NAMED = 3
const LEAST = 0.005

const figure = (x: number): string => `${Number(x.toPrecision(3))}`
const listed = (parts: readonly string[]): string =>
  parts.length < 2
    ? parts.join('')
    : `${parts.slice(0, -1).join(', ')}${parts.length > 2 ? ',' : ''} and ${parts.at(-1)}`
const change = (name: string, by: number): string => `${name} ${by < 0 ? 'takes away' : 'adds'} ${figure(Math.abs(by))}`

/** Puts an explanation into two or three sentences. */
export const inWords = ({ target, of, scale, value, baseline, contributions, experts }: Told): string => {
  const said = {
    target: `${of === target || typeof of !== 'number' ? of : `The ${of} quantile of ${target}`} is predicted at ${figure(value)}.`,
    probability: `${target} is ${shown(of)} with a probability of ${figure(value)}.`,
    logit: `${target} is ${shown(of)} with log-odds of ${figure(value)}.`,
  }[scale]
  const sorted = Object.entries(contributions).sort(([, a], [, b]) => Math.abs(b) - Math.abs(a))
  const most = Math.abs(sorted[0]?.[1] ?? 0)
  const telling = sorted.filter(([, by]) => Math.abs(by) > LEAST * most)
  const named = telling.length === NAMED + 1 ? telling : telling.slice(0, NAMED)
  const parts = named.map(([name, by]) => change(name, by))
  const rest = sorted.slice(named.length)
  const together = rest.reduce((sum, [, by]) => sum + by, 0)
  if (rest.length > 0 && Math.abs(together) > LEAST * most) parts.push(change(`all else`, together))
  const why =
    parts.length > 0
      ? `Without the features it would be ${figure(baseline)}: ${listed(parts)}.`
      : 'No feature changes that.'
  const shares = Object.entries(experts ?? {})
    .filter(([, weight]) => weight >= LEAST)
    .sort(([, a], [, b]) => b - a)
    .slice(0, NAMED)
    .map(([name, weight]) => `${name} with ${Math.floor(100 * weight + 0.5)} %`)
  const mixed = shares.length > 0 ? ` The experts behind it are ${listed(shares)}.` : ''
  return `${said} ${why}${mixed}`
}
