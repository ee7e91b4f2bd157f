/** Returns the object made for a key as long as it is still referenced, and otherwise makes a new one. */
export type Shared<T extends object> = (key: string, make: () => T) => T

export const createShared = <T extends object>(): Shared<T> => {
  const known = new Map<string, WeakRef<T>>()
  const gone = new FinalizationRegistry<string>((key) => {
    // A new object may have been made for the key in the meantime.
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
