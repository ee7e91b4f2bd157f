import { daysFromCivil, readIsoTime } from '../../features/civil.js'

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const month = `(${months.join('|')})[a-z]*\\.?`
const weekday = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? +/
const clock =
  /(?:^|[t:]|,? +)(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?: ?([ap])\.?m\.?)?(?: ?(z|utc|gmt)?([+-]\d\d(?::?\d\d)?)?)?$/
/** As `date` and `ctime` write it: the year is behind the time. */
const yearLast = new RegExp(`^(${month} +\\d{1,2}) (.+) (\\d{4})$`)

const two = (part: string | number): string => `${part}`.padStart(2, '0')
const monthOf = (name: string): string => two(months.indexOf(name) + 1)
/** Returns the year that two digits stand for: one from 1969 to 2068, as in POSIX. */
const yearOf = (digits: string): string => (digits.length === 4 ? digits : `${Number(digits) < 69 ? 20 : 19}${digits}`)

/** A day of a week of ISO 8601, 1 for its Monday: the first week of a year is that of 4 January. */
const dayOfWeek = (year: number, week: number, day: number): string => {
  const fourth = daysFromCivil(year, 1, 4)
  const monday = fourth - ((fourth + 3) % 7) + 7 * (week - 1)
  return new Date(86400000 * (monday + day - 1)).toISOString().slice(0, 10)
}
/** The year of a day that names none; it has a 29 February. */
const NO_YEAR = 1972

type Parts = (string | undefined)[]
/** The forms of a day, each with its ISO form; a text of a month, a quarter or a week is its first day. */
const days: readonly (readonly [RegExp, (parts: Parts, dayFirst: boolean) => string])[] = [
  [/^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/, ([year, , month, day]) => `${year}-${two(month ?? '')}-${two(day ?? '')}`],
  [
    /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)$/,
    ([first = '', , second = '', year = ''], dayFirst) =>
      `${yearOf(year)}-${two(dayFirst ? second : first)}-${two(dayFirst ? first : second)}`,
  ],
  [/^(\d{4})[-/](\d\d)$/, ([year, month]) => `${year}-${month}-01`],
  [/^(\d{4})[-/]q([1-4])$/, ([year, quarter]) => `${year}-${two(3 * Number(quarter) - 2)}-01`],
  [
    /^(\d{4})(?:[-/]w(0[1-9]|[1-4]\d|5[0-3])(?:-([1-7]))?|w(0[1-9]|[1-4]\d|5[0-3])([1-7]))$/,
    ([year, week, day = '1', joined, joinedDay]) =>
      dayOfWeek(Number(year), Number(week ?? joined), Number(joinedDay ?? day)),
  ],
  [
    new RegExp(`^(?:${month} +(\\d{1,2})|(\\d{1,2}) ${month})$`),
    ([name, day, dayFirst, nameAfter]) =>
      `${NO_YEAR}-${monthOf(name ?? nameAfter ?? '')}-${two(day ?? dayFirst ?? '')}`,
  ],
  [
    new RegExp(`^${month}[ -]+(?:(\\d{1,2})(?:st|nd|rd|th)?,?[ -])?(\\d{4})$`),
    ([name = '', day = '1', year]) => `${year}-${monthOf(name)}-${two(day)}`,
  ],
  [
    new RegExp(`^(\\d{1,2})(?:st|nd|rd|th|\\.)?[ /-]${month}[ /,-]+(\\d{4}|\\d\\d)$`),
    ([day = '', name = '', year = '']) => `${yearOf(year)}-${monthOf(name)}-${two(day)}`,
  ],
]

/**
 * Reads a date in one of the usual forms as milliseconds since 1970 in UTC; a time of day alone is one of 1970-01-01,
 * and a day without a year is one of 1972.
 *
 * @param dayFirst whether 1/2/2000 is the first day of February
 * @param offset the offset from UTC, in minutes, of a text that names none
 * @returns undefined if the text is no date
 */
export const readDate = (text: string, dayFirst: boolean, offset: number): number | undefined => {
  const iso = readIsoTime(text, offset)
  if (iso !== undefined) return iso
  const plain = text
    .trim()
    .toLowerCase()
    .replace(weekday, '')
    .replace(/ \([a-z ]+\)$/, '')
  const ordered = plain.replace(yearLast, '$1 $4 $3')
  const at = clock.exec(ordered)
  const day = at ? ordered.slice(0, at.index) : ordered
  const date = day === '' && at ? '1970-01-01' : dayIn(day, dayFirst)
  if (date === undefined) return undefined
  if (!at) return readIsoTime(date, offset)
  const [hour = '', minute, second = '00', fraction = '0', half, utc, zone] = at.slice(1)
  if (half !== undefined && (Number(hour) < 1 || Number(hour) > 12)) return undefined
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half === 'p' ? 12 : 0)
  return readIsoTime(`${date}T${two(hours)}:${minute}:${second}.${fraction}${zone ?? (utc && 'Z') ?? ''}`, offset)
}

const dayIn = (text: string, dayFirst: boolean): string | undefined => {
  for (const [form, iso] of days) {
    const parts = form.exec(text)
    if (parts) return iso(parts.slice(1), dayFirst)
  }
  return undefined
}

/** Whether the day stands before the month, and a text that could also be read the other way round if all could. */
export interface DayOrder {
  readonly dayFirst: boolean
  readonly ambiguous: string | undefined
}

const numbered = /^\s*(\d{1,2})([-/.])(\d{1,2})\2(?:\d{4}|\d\d)(?!\d)/
/**
 * Finds whether the day stands before the month in dates such as 1/2/2000: a number above 12 is a day. If there is
 * none, dates with slashes are read as in America, and others with the day first.
 */
export const dayOrderOf = (texts: Iterable<string>): DayOrder => {
  let ambiguous: string | undefined
  for (const text of texts) {
    const [, first, , second] = numbered.exec(text) ?? []
    if (first === undefined) continue
    if (Number(first) > 12 || Number(second) > 12) return { dayFirst: Number(first) > 12, ambiguous: undefined }
    if (first !== second) ambiguous ??= text
  }
  return { dayFirst: !ambiguous?.includes('/'), ambiguous }
}
