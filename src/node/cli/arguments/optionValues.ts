import { FURTHEST } from '../../../features/series.js'
import { InputError } from '../../sources/index.js'
import type { SaveSpan } from '../output/saver.js'
import { whole } from './textValues.js'

/** Reads numbers of rows, such as 1, 2, 24. */
export const readLags = (text: string): number[] => {
  const lags = text.split(/[\s,]+/).map((part) => whole('lags', part, 1, FURTHEST)!)
  if (new Set(lags).size < lags.length) throw new InputError(`--lags "${text}": expected each number once.`)
  return lags
}

/** Reads shares between 0 and 1, such as .1, .5, .9, and puts them in order. */
export const readLevels = (text: string): number[] => {
  const levels = text.split(/[\s,]+/).map((part) => (/^0?\.\d+$/.test(part) ? Number(part) : Number.NaN))
  if (!levels.every((level) => level > 0 && level < 1) || new Set(levels).size < levels.length)
    throw new InputError(`--quantiles "${text}": expected numbers between 0 and 1, each once, such as .1,.5,.9.`)
  return levels.sort((a, b) => a - b)
}

/** Reads a share between 0 and 1, such as .9 or 90%. */
export const readShare = (name: string, text: string): number => {
  const share = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : text.trim() === '' ? Number.NaN : Number(text)
  if (!(share > 0 && share < 1))
    throw new InputError(`--${name} "${text}": expected a share between 0 and 1, such as .9, or 90%.`)
  return share
}

/** Reads a span such as 10000 or 30s. */
export const readSpan = (text = '60s'): SaveSpan => {
  const [, number, unit] = /^(\d+)(s?)$/.exec(text) ?? []
  if (!(Number(number) >= 1))
    throw new InputError(
      `--save-every "${text}": expected a number of rows, such as 10000, or of seconds, such as 30s.`,
    )
  return unit === 's' ? { ms: 1000 * Number(number) } : { rows: Number(number) }
}

/** Reads how often predictions are explained: every so many rows, or the last one. */
export const readExplain = (text: string | undefined): number | 'last' | undefined =>
  text === 'last' ? text : whole('explain', text, 1)

/** Reads a character, or a word for it. */
export const checkedDelimiter = (text: string | undefined): string | undefined => {
  if (text === 'tab' || text === '\\t') return '\t'
  if (text === 'space') return ' '
  if (text !== undefined && (text.length !== 1 || /["\r\n]/.test(text)))
    throw new InputError(`--delimiter "${text}": expected one character, or the word tab or space.`)
  return text
}
