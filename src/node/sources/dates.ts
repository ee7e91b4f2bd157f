const month = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\\.?'
const weekday = '(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\\.?,? +)?'
const time =
  '\\d{1,2}:\\d{2}(?::\\d{2}(?:[.,]\\d+)?)?(?: ?[ap]\\.?m\\.?)?(?: ?(?:z|utc|gmt)?(?:[+-]\\d{2}(?::?\\d{2})?)?)?(?: \\([a-z ]+\\))?'
const days = [
  '\\d{4}([-/.])(\\d{1,2})\\1(\\d{1,2})', // 2000-01-31
  '(\\d{1,2})([-/.])(\\d{1,2})\\5(?:\\d{4}|\\d{2})', // 31.01.2000, 1/31/2000
  '(?:19|20)\\d{6}t\\d{4}(?:\\d{2})?z?', // 20000131T1200
  '(?:1[89]|2[01])\\d{2}[-/](?:0[1-9]|1[0-2]|q[1-4])', // 2000-01, 2000-Q1
  '(?:1[89]|2[01])\\d{2}(?:[-/]w(?:0[1-9]|[1-4]\\d|5[0-3])(?:-[1-7])?|w(?:0[1-9]|[1-4]\\d|5[0-3])[1-7])', // 2000-W05, 2000-W05-1, 2000W051
  `${month}[ -](?:\\d{1,2}(?:st|nd|rd|th)?,?[ -])?\\d{4}`, // Jan 1 2000, January 2000
  `\\d{1,2}(?:st|nd|rd|th|\\.)?[ /-]${month}[ /,-]+(?:\\d{4}|\\d{2})`, // 1 January 2000, 01/Jan/2000
]
/** A day and a time of day without a year, as logs have it. */
const yearless = `(?:${month} +\\d{1,2}|\\d{1,2} ${month}) ${time}`
const date = new RegExp(
  `^(?:${weekday}(?:${days.join('|')})(?:(?:[t:]|,? +)${time})?|${time}|${weekday}${month} +\\d{1,2} ${time} \\d{4}|${weekday}${yearless})$`,
  'i',
)
const withoutYear = new RegExp(`^${weekday}${yearless}$`, 'i')

/** Tells whether a text is a date that names no year, such as Nov 28 01:02:03, so that its weekday is not known. */
export const lacksYear = (text: string): boolean => withoutYear.test(text.trim())

/** Tells whether a text is a date, with or without a time, in one of the usual forms, or a time of day. */
export const isDate = (text: string): boolean => {
  if (!/\d/.test(text)) return false
  const parts = date.exec(text.trim())
  if (parts === null) return false
  const [, , month, day, first, , second] = parts
  const canBe = (a: number, b: number): boolean => Math.min(a, b) >= 1 && Math.min(a, b) <= 12 && Math.max(a, b) <= 31
  if (month !== undefined) return canBe(Number(month), Number(day))
  return first === undefined || canBe(Number(first), Number(second))
}

/** Tells whether numbers are dates such as 20000131. */
export const areDates = (least: number, most: number, numbers: Iterable<unknown>): boolean => {
  if (!(least >= 19000101 && most <= 21001231)) return false
  for (const number of numbers) if (typeof number !== 'number' || !isDay(number)) return false
  return true
}

const isDay = (number: number): boolean => {
  const month = Math.floor(number / 100) % 100
  return Number.isInteger(number) && month >= 1 && month <= 12 && number % 100 >= 1 && number % 100 <= 31
}

const timeName = /time|date|stamp|epoch|^ts$|^t$|_at$|At$/

/**
 * Returns the unit if the numbers of a column are times since 1970, from 2001 to 2033; otherwise undefined. Other
 * numbers may be as large as seconds are, so that these must also rise from row to row, or have the name of a time.
 */
export const epochUnit = (
  name: string,
  { least, most, falls, numbers }: { readonly [P in 'least' | 'most' | 'falls' | 'numbers']: number },
): string | undefined => {
  const within = (factor: number): boolean => least >= 1e9 * factor && most < 2e9 * factor
  if (within(1e3)) return 'milliseconds'
  if (within(1e6)) return 'microseconds'
  if (within(1e9)) return 'nanoseconds'
  return within(1) && (falls <= 0.1 * numbers || timeName.test(name)) ? 'seconds' : undefined
}
