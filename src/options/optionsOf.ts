import { checkTypes } from './checkTypes.js'
import { shown } from './shown.js'
import { suggestion } from './suggestion.js'

/** A default for every option, and so the list of their names; undefined stands for none. */
export type Defaults<C> = { readonly [K in keyof C]-?: C[K] | undefined }

/** The options with the defaults filled in. */
export type Filled<C, D> = {
  readonly [K in keyof D]: K extends keyof C
    ? Exclude<C[K], undefined> | (undefined extends D[K] ? undefined : never)
    : never
}

/**
 * Fills in the defaults of options; an option that is undefined counts as left out, whatever its name.
 * @throws TypeError for an option that is not among the defaults or is of another type than its default, and for anything but an object
 */
export const optionsOf = <C extends object, const D extends Defaults<C>>(
  by: string,
  given: C | undefined,
  defaults: D,
): Filled<C, D> => {
  const options: Record<string, unknown> = { ...defaults }
  const names = Object.keys(defaults)
  const refuse = (what: unknown): never => {
    throw new TypeError(`${by}: ${shown(what)} is given; expected { ${names.join(', ')} }.${suggestion(what, names)}`)
  }
  if (given !== undefined && (typeof given !== 'object' || given === null || Array.isArray(given))) refuse(given)
  for (const name in given) {
    const value: unknown = given[name]
    if (value === undefined) continue
    if (!names.includes(name)) refuse(name)
    options[name] = value
  }
  checkTypes(by, options, defaults)
  return options as Filled<C, D>
}
