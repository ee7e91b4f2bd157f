/** An item of a list, with its neighbours; undefined at the ends. */
export interface Linked<T> {
  readonly item: T
  older: Linked<T> | undefined
  newer: Linked<T> | undefined
}

/** Items in the order in which they were last seen. Every operation takes the same time, however many items there are. */
export interface Recency<T> {
  readonly oldest: Linked<T> | undefined
  readonly size: number
  /** Adds an item as the newest. */
  add(item: T): Linked<T>
  /** Makes an item of the list the newest. */
  touch(link: Linked<T>): void
  remove(link: Linked<T>): void
}

export const createRecency = <T>(): Recency<T> => {
  let newest: Linked<T> | undefined
  const unlink = ({ older, newer }: Linked<T>): void => {
    if (older) older.newer = newer
    else list.oldest = newer
    if (newer) newer.older = older
    else newest = older
  }
  const append = (link: Linked<T>): void => {
    link.older = newest
    link.newer = undefined
    if (newest) newest.newer = link
    else list.oldest = link
    newest = link
  }
  // This object has no getters, because JavaScript engines read an object that has getters slowly.
  const list: { -readonly [K in keyof Recency<T>]: Recency<T>[K] } = {
    oldest: undefined,
    size: 0,
    add(item) {
      const link: Linked<T> = { item, older: undefined, newer: undefined }
      append(link)
      list.size++
      return link
    },
    touch(link) {
      if (link === newest) return
      unlink(link)
      append(link)
    },
    remove(link) {
      unlink(link)
      list.size--
    },
  }
  return list
}
