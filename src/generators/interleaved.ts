/** A stream whose row i is the next row of the stream that `turn` names; it ends when that one does. */
export const interleaved = <R>(streams: readonly Iterable<R>[], turn: (i: number) => number): Iterable<R> => ({
  *[Symbol.iterator]() {
    const iterators = streams.map((stream) => stream[Symbol.iterator]())
    try {
      for (let i = 0; ; i++) {
        const { done, value } = iterators[turn(i)].next()
        if (done) return
        yield value
      }
    } finally {
      for (const iterator of iterators) iterator.return?.()
    }
  },
})
