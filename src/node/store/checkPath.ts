import { shown } from '../../options/shown.js'

export const checkPath = (of: string, path: unknown): void => {
  if (typeof path !== 'string' || path === '')
    throw new TypeError(`${of}: the path is ${shown(path)}; expected that of a file, such as 'power.rxg'.`)
}
