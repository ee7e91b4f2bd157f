/**
 * Returns the number of days from 1970-01-01 to a date of the proleptic Gregorian calendar; exact for every year whose
 * days are safe integers.
 *
 * Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013), days_from_civil: a year begins in March, so that
 * the leap day is its last, and eras of 400 years have 146,097 days each.
 */
export const daysFromCivil = (year: number, month: number, day: number): number => {
  const marchYear = month > 2 ? year : year - 1
  const era = Math.floor(marchYear / 400)
  const yearOfEra = marchYear - 400 * era
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const dayOfEra = 365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return 146097 * era + dayOfEra - 719468
}

/** Returns the number of days of a month, which is counted from 1. */
const daysIn = (year: number, month: number): number =>
  month === 2 ? daysFromCivil(year, 3, 1) - daysFromCivil(year, 2, 1) : 30 + ((month + (month >> 3)) & 1)

const form =
  /^\s*([+-]\d{6}|\d{4})-?(\d\d)(?:-?(\d\d)(?:[Tt ](\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?)?(?: ?(?:([Zz])|([+-])(\d\d)(?::?(\d\d))?))?)?|(?<=-\d\d))\s*$/

/**
 * Reads a date of ISO 8601, with or without a time, such as 2024-01-31, 2024-01-31T12:30Z or 20240131T123000.5+0100, as
 * milliseconds since 1970 in UTC. A date without a time is its midnight, a month such as 2024-01 is its first day, and a
 * text without an offset has the given one.
 *
 * @param offset the offset from UTC in minutes of texts that name none
 * @returns undefined if the text is no such date
 */
export const readIsoTime = (text: string, offset: number): number | undefined => {
  const parts = form.exec(text)
  if (!parts) return undefined
  const [years, month, , hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0)) as number[]
  const day = Number(parts[3] ?? 1)
  const [fraction = '', utc, sign, hours = '0', minutes = '0'] = parts.slice(7)
  if (month < 1 || month > 12 || day < 1 || day > daysIn(years, month)) return undefined
  // A leap second is the first one of the next minute, and 24:00 is the end of its day.
  if (minute > 59 || second > 60 || hour > 24 || (hour === 24 && minute + second > 0)) return undefined
  const shift =
    sign === undefined ? (utc === undefined ? offset : 0) : Number(`${sign}1`) * (60 * Number(hours) + Number(minutes))
  const milliseconds = Number(`${fraction.slice(0, 3).padEnd(3, '0')}.${fraction.slice(3) || 0}`)
  const seconds = 86400 * daysFromCivil(years, month, day) + 3600 * hour + 60 * (minute - shift) + second
  return 1000 * seconds + milliseconds
}
