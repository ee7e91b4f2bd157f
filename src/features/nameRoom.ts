import { isDue, powerOfTwo, type Room } from './room.js'
import type { Crowd, Names, Vocabulary } from './vocabulary.js'

/** Creates what counts the names that have no column of their own, or that took one from another name. */
export const createNameRoom = ({ capacity, onFull }: Names, vocabulary: Pick<Vocabulary, 'crowd'>): Room => {
  return {
    get tally() {
      return vocabulary.crowd
    },
    set tally(crowd) {
      vocabulary.crowd = crowd as Crowd | undefined
    },
    news() {
      const { crowd } = vocabulary
      if (!crowd || !isDue(crowd)) return undefined
      const names = crowd.count
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
