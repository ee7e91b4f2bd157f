/** Gives what was made for a key, for as long as anyone holds it; makes it anew where no one does. */
export type Shared<T extends object> = (key: string, make: () => T) => T

export const createShared = <T extends object>(): Shared<T> => {
  const known = new Map<string, WeakRef<T>>()
  const gone = new FinalizationRegistry<string>((key) => {
    // another may have been made in the meantime
    if (!known.get(key)?.deref()) known.delete(key)
  })
  return (key, make) => {
    const found = known.get(key)?.deref()
    if (found) return found
    const made = make()
    known.set(key, new WeakRef(made))
    gone.register(made, key)
    return made
  }
}
