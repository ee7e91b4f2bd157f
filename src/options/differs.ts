import { isRecord } from './isRecord.js'
import { shown } from './shown.js'

/** Returns where a value has other names or types than another one; what is null there may be anything here. */
export const differs = (saved: unknown, right: unknown, at: string): string | undefined => {
  if (right === null) return undefined
  if (isRecord(right)) {
    if (!isRecord(saved)) return `has ${shown(saved)} as ${at}`
    const names = Object.keys(right)
    const other = Object.keys(saved).find((name) => !Object.hasOwn(right, name))
    if (other !== undefined) return `has '${other}' in ${at}`
    for (const name of names) {
      const problem = differs(saved[name], right[name], `${at}.${name}`)
      if (problem !== undefined) return problem
    }
    return undefined
  }
  const alike = Array.isArray(right) ? Array.isArray(saved) : typeof saved === typeof right
  return alike ? undefined : `has ${shown(saved)} as ${at}`
}
