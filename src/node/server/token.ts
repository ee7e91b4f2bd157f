import { createHash, timingSafeEqual } from 'node:crypto'

/** Characters that a URL query and a header can hold, and that nobody types by accident. */
const VALID = /^[\x21-\x7e]{16,1024}$/
export const isToken = (given: unknown): given is string => typeof given === 'string' && VALID.test(given)

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * Returns a function that tells whether a text is the token. It compares digests, so that the time that it takes tells
 * neither how many characters are right nor how many there should be.
 */
export const createTokenCheck = (token: string): ((given: string) => boolean) => {
  const expected = digest(token)
  return (given) => timingSafeEqual(digest(given), expected)
}

/**
 * Returns the token that a request brings: from `Authorization: Bearer …`, or from `?token=…`, as a browser's WebSocket
 * can set no header; undefined if it brings none, or one that is malformed.
 */
export const tokenOf = (url: string, authorization: string | undefined): string | undefined => {
  const [, header] = /^bearer +(\S+) *$/i.exec(authorization ?? '') ?? []
  const [, encoded] = /[?&]token=([^&#]*)/.exec(url) ?? []
  try {
    return header ?? (encoded === undefined ? undefined : decodeURIComponent(encoded))
  } catch {
    return undefined
  }
}
