import { Refused } from './reconnecting.js'

/** Loads a package that only those have to install who use it. */
export const peer = async <T>(names: string, load: () => Promise<T>): Promise<T> => {
  try {
    return await load()
  } catch (cause) {
    throw new Refused(`it needs ${names.replaceAll(' ', ' and ')}; install by npm install ${names} (${String(cause)}).`)
  }
}
