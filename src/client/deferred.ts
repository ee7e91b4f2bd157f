export interface Deferred<T> {
  readonly promise: Promise<T>
  resolve(value: T): void
  reject(error: Error): void
}

/** Creates a promise together with its resolve and reject, as `Promise.withResolvers` does, which Node 20 lacks. */
export const createDeferred = <T>(): Deferred<T> => {
  let settlers!: Omit<Deferred<T>, 'promise'>
  const promise = new Promise<T>((resolve, reject) => {
    settlers = { resolve, reject }
  })
  return { promise, ...settlers }
}
