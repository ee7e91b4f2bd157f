import { atPowersOfTwo, powerOfTwo, type Room } from './room.js'
import type { Names, Vocabulary } from './vocabulary.js'

/** Creates what counts the names that have no column of their own, or that took one from another name. */
export const createNameRoom = ({ capacity, onFull }: Names, vocabulary: Vocabulary): Room => {
  const isDue = atPowersOfTwo()
  return {
    count: () => vocabulary.crowded,
    news() {
      const names = vocabulary.crowded
      if (!isDue(names)) return undefined
      const what = `${names === 1 ? 'a name' : `${onFull === 'hash' ? 'about ' : ''}${names} names`} beyond its ${capacity}`
      const became =
        onFull === 'hash' ? 'shared a column with another' : "took the column of another's, with its weights"
      return {
        capacity,
        count: names,
        reason: `had ${what}, which ${became}; category({ capacity: ${powerOfTwo(2 * (capacity + names))} }) would have room for each, and hashed() for any number`,
      }
    },
  }
}
