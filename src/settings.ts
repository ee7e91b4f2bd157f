const members = new WeakMap<object, readonly unknown[]>()

/**
 * Marks a layer, a loss, a transform or a schedule whose settings determine everything that its functions emit, so that
 * models with equal settings share a plan. An unmarked member is equal only to one with the identical functions.
 *
 * @param functions the settings that are themselves functions
 */
export const bySettings = <M extends object>(member: M, ...functions: readonly unknown[]): M => {
  members.set(member, functions)
  return Object.freeze(member)
}

/** Returns a marked member's settings: its data, and the settings that are functions. */
export const settingsOf = (member: object): readonly unknown[] | undefined => {
  const functions = members.get(member)
  return functions && [Object.entries(member).filter(([, own]) => typeof own !== 'function'), functions]
}
