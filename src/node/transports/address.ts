import { shown } from '../../options/shown.js'

/**
 * Checks an address, and returns it with what of it may be shown: neither its user nor its query, which may hold
 * secrets.
 */
export const addressOf = (
  by: string,
  given: unknown,
  protocols: readonly string[],
): { readonly url: string; readonly shown: string } => {
  const expected = `one that begins with ${protocols.map((one) => `${one}//`).join(' or ')}`
  if (typeof given !== 'string' || !URL.canParse(given))
    throw new TypeError(`${by}: the address is ${shown(given)}; expected ${expected}.`)
  const { protocol, host, pathname } = new URL(given)
  if (!protocols.includes(protocol))
    throw new TypeError(`${by}: the address begins with ${protocol}//; expected ${expected}.`)
  return { url: given, shown: `${protocol}//${host}${pathname === '/' ? '' : pathname}` }
}

/** What to look at where nothing answers at an address. */
export const serverAdvice = 'check that the server runs and that the address is right.'

/** Refuses anything but an object of texts. */
export const checkHeaders = (by: string, headers: unknown): void => {
  for (const [name, value] of Object.entries(headers as object))
    if (typeof value !== 'string') throw new TypeError(`${by}: the header ${name} is ${shown(value)}; expected a text.`)
}
