const members = new WeakSet<object>()

/**
 * Marks a loss, a transform or a schedule whose kind and settings decide all that its functions emit, so that plans of
 * equal settings can be shared. One that is not marked is equal only to those that have the very same functions.
 */
export const bySettings = <M extends object>(member: M): M => {
  members.add(member)
  return Object.freeze(member)
}

export const isBySettings = (member: object): boolean => members.has(member)
