import { numberOf } from './cell.js'

/** How the numbers of a column are written, where they are more than digits, a sign and a point. */
export interface NumberForm {
  /** The decimal mark. The other mark may separate thousands, and so may spaces and apostrophes. */
  readonly decimal: DecimalMark
  /** What stands before or after each number, such as $, kB or %; empty if nothing does. */
  readonly unit: string
}

export type DecimalMark = 'point' | 'comma'

export const plainForm: NumberForm = { decimal: 'point', unit: '' }

export const isPlainForm = ({ decimal, unit }: NumberForm): boolean => decimal === 'point' && unit === ''

const currency = String.raw`(?:[A-Z]{0,3}\p{Sc}|(?:USD|EUR|GBP|CHF|JPY|CNY|INR|AUD|CAD|SEK|NOK|DKK|PLN|CZK|BRL)\b)`
// Symbols such as ℃ and ㎡ are units as letters are, and so are primes, for minutes or feet.
const letter = String.raw`[\p{L}\p{So}µ′″]`
const unit = String.raw`(?:${currency}|[%‰‱]|°\s?[CFK]?|${letter}(?:${letter}|[/²³·^ ])*)`
const dressed = new RegExp(
  String.raw`^([-+−]?)\s*(${currency})?\s*([-+−]?)(\.?\d(?:[\d.,'’\s]*\d)?)\s*(${unit})?$`,
  'u',
)
// Groups of two digits are Indian. No group follows a zero: 0,500 is one half.
const grouped = {
  point: /^[1-9]\d{0,2}(?:[,'’\s]\d{2,3})*[,'’\s]\d{3}(?:\.\d+)?$/,
  comma: /^[1-9]\d{0,2}(?:[.'’\s]\d{2,3})*[.'’\s]\d{3}(?:,\d+)?$/,
}
const ungrouped = { point: /^\d*\.?\d+$/, comma: /^\d*,?\d+$/ }
const separators = { point: /[,'’\s]/g, comma: /[.'’\s]/g }

/** Reads a number with its unit, such as $1,100.50, 500 kB, −7 % or (3.20), which is −3.20 as accountants write it. */
export const dressedNumber = (text: string, decimal: DecimalMark): { value: number; unit: string } | undefined => {
  const enclosed = /^\((.+)\)$/.exec(text.trim())?.[1]
  const parts = dressed.exec(enclosed ?? text.trim())
  if (parts === null) return undefined
  const [, sign, before = '', inner, digits, after = ''] = parts as unknown as string[]
  if ((before !== '' && after !== '') || (sign !== '' && inner !== '')) return undefined
  if (!ungrouped[decimal].test(digits) && !grouped[decimal].test(digits)) return undefined
  if (enclosed !== undefined && sign + inner !== '') return undefined
  const size = Number(digits.replace(separators[decimal], '').replace(',', '.'))
  return {
    value: enclosed === undefined && (sign + inner === '' || sign + inner === '+') ? size : -size,
    unit: before || after.trim(),
  }
}

/** Reads a text as a finite number in the form of its column; undefined if it is not one. */
export const readNumber = (text: string, form: NumberForm): number | undefined => {
  const plain = form.decimal === 'point' ? numberOf(text) : undefined
  if (plain !== undefined) return plain
  const found = dressedNumber(text, form.decimal)
  // Beside a decimal comma, a point separates thousands or nothing: 1.500 is 1500, and 0.149 is no number.
  if (found === undefined) return form.decimal === 'comma' && !text.includes('.') ? numberOf(text) : undefined
  return found.unit === '' || found.unit === form.unit ? found.value : undefined
}

/** The texts of a column that are numbers with thousands separators or a unit. */
export interface Dressed {
  readonly form: NumberForm
  /** The number of values that the form reads, and the first of their texts. */
  readonly count: number
  readonly example: string
  /** All units that were seen, the most frequent first. */
  readonly units: readonly string[]
  /** The number of values that are numbers in any unit. */
  readonly inAnyUnit: number
}

/** Finds the form of a column's numbers from its texts that are not plain numbers, and from how often each occurs. */
export const dressedIn = (texts: ReadonlyMap<string, number>, decimal: DecimalMark): Dressed => {
  const seen = new Map<string, { count: number; example: string }>()
  let inAnyUnit = 0
  for (const [text, times] of texts) {
    const found = dressedNumber(text, decimal)
    if (found === undefined) continue
    inAnyUnit += times
    const { count = 0, example = text } = seen.get(found.unit) ?? {}
    seen.set(found.unit, { count: count + times, example })
  }
  const grouped = seen.get('')
  seen.delete('')
  const byCount = [...seen].sort(([, a], [, b]) => b.count - a.count)
  const [most] = byCount
  return {
    form: { decimal, unit: most?.[0] ?? '' },
    count: (grouped?.count ?? 0) + (most?.[1].count ?? 0),
    example: most?.[1].example ?? grouped?.example ?? '',
    units: byCount.map(([unit]) => unit),
    inAnyUnit,
  }
}
