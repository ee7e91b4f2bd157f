import { checkFieldKinds } from '../features/kinds.js'
import { shown } from '../options/shown.js'
import type { Members } from './planOf.js'

/** @throws TypeError unless the field kinds are a list of kinds, and the losses are functions by kind */
export const checkMembers = (by: string, members: Members): void => {
  const { fieldKinds, losses = {} } = Object(members) as Members
  checkFieldKinds(by, fieldKinds)
  const isLosses = typeof losses === 'object' && losses !== null && !Array.isArray(losses)
  if (!isLosses || !Object.values(losses).every((make) => typeof make === 'function'))
    throw new TypeError(`${by}: losses is ${shown(losses)}; expected functions by kind, such as { logCosh }.`)
}
