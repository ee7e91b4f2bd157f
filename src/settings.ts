const members = new WeakMap<object, readonly unknown[]>()

/**
 * Marks a layer, a loss, a transform or a schedule whose settings decide all that its functions emit, so that plans of
 * equal settings are shared. One that is not marked is equal only to those that have the very same functions.
 *
 * @param functions settings that are functions themselves
 */
export const bySettings = <M extends object>(member: M, ...functions: readonly unknown[]): M => {
  members.set(member, functions)
  return Object.freeze(member)
}

/** A marked member's settings: its data, and those that are functions. */
export const settingsOf = (member: object): readonly unknown[] | undefined => {
  const functions = members.get(member)
  return functions && [Object.entries(member).filter(([, own]) => typeof own !== 'function'), functions]
}
