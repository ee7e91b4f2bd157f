/** The deepest nesting that is parsed. The time of JSON.parse grows with the square of the depth: 1 MB of `[` take 20 s. */
export const DEEPEST = 1000
/** A text of this length cannot take long. */
const SHORT = 4000

const [QUOTE, BACKSLASH] = [0x22, 0x5c]
const [SQUARE, CLOSING_SQUARE, BRACE, CLOSING_BRACE] = [0x5b, 0x5d, 0x7b, 0x7d]

/** Tells whether lists and objects of a text are nested so deep that JSON.parse would hold the event loop. */
export const isTooDeep = (text: string): boolean => {
  if (text.length <= SHORT) return false
  let depth = 0
  let inText = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (inText) {
      if (code === BACKSLASH) i++
      else if (code === QUOTE) inText = false
    } else if (code === QUOTE) inText = true
    else if (code === SQUARE || code === BRACE) {
      depth++
      if (depth > DEEPEST) return true
    } else if (code === CLOSING_SQUARE || code === CLOSING_BRACE) depth--
  }
  return false
}
