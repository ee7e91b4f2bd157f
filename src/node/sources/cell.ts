/** Reads a text as a finite decimal number, such as 12, -0.5, 1e6 or .5; undefined for 0x1f, NaN, Infinity or 1,5. */
export const numberOf = (text: string): number | undefined => {
  const value = Number(text)
  // Number('') is 0, and Number('0x1f') is 31.
  if (value === 0 && text.trim() === '') return undefined
  if (!Number.isFinite(value)) return undefined
  return /[xob]/i.test(text) ? undefined : value
}

const powersOfTen = Array.from({ length: 16 }, (_, k) => 10 ** k)

/** Returns the letters of a text as numbers, which are read twice as fast as from the text itself. */
export const lettersOf = (text: string): Uint16Array => {
  const { buffer, byteOffset } = Buffer.from(text, 'utf16le')
  return new Uint16Array(buffer, byteOffset, text.length)
}

/** Creates a `lettersOf` that keeps the letters of the latest text, because many lines share one text. */
export const latestLetters = (): ((text: string) => Uint16Array) => {
  let latest = ''
  let letters: Uint16Array = new Uint16Array()
  return (text) => {
    if (text !== latest) letters = lettersOf(text)
    latest = text
    return letters
  }
}

/**
 * Creates a reader of plain decimals (12, -0.5). It reads them in place, without cutting the text, which is about six
 * times as fast. A number of at most 15 digits and its power of ten are both exact before the division, so that the
 * bits are those of `numberOf`.
 */
export const decimals = (): {
  /** The place after the number that was read last. */
  end: number
  /** Reads the number at this place; NaN if no plain decimal begins here. */
  read(letters: Uint16Array, at: number): number
} => {
  const reader = {
    end: 0,
    read(letters: Uint16Array, at: number): number {
      const negative = letters[at] === 45
      let i = negative ? at + 1 : at
      const start = i
      let digits = 0
      let point = -1
      for (; i < letters.length; i++) {
        const digit = letters[i] - 48
        if (digit >= 0 && digit <= 9) digits = 10 * digits + digit
        else if (digit === -2 && point < 0) point = i
        else break
      }
      reader.end = i
      const count = i - start - (point < 0 ? 0 : 1)
      if (count < 1 || count > 15) return Number.NaN
      const value = point < 0 ? digits : digits / powersOfTen[i - 1 - point]
      return negative ? -value : value
    },
  }
  return reader
}

/** Matches the decimals that a number of few digits is written as. */
const shortest = /^(?:0|-?(?:[1-9]\d*(?:\.\d*[1-9])?|0\.0{0,4}[1-9](?:\d*[1-9])?))$/

/**
 * Reads a text as a value, without losing any of it: as a number only if that number is written as exactly this text.
 * Thus 1.10, 007, 1e3 and 9007199254740993 remain texts, and the name of a value is always the text of its cell.
 */
export const exactValue = (text: string): string | number => {
  const value = Number(text)
  // Up to 15 digits come back as they were, which is found out faster than by writing the number.
  if (text.length <= 15 && shortest.test(text)) return value
  return `${value}` === text && Number.isFinite(value) ? value : text
}

/**
 * Tells whether a text is the digits of a code, such as 02134 or an identifier of 64 bits: as a number it would lose
 * some of them.
 */
export const isCode = (text: string): boolean =>
  /^0\d+$/.test(text) || (/^-?\d{16,}$/.test(text) && !Number.isSafeInteger(Number(text)))
