/** The part of a browser's IndexedDB that checkpoints need, whose types Node does not know. */
interface Asked<T> {
  readonly result: T
  readonly error: Error | null
  onsuccess: (() => void) | null
  onerror: (() => void) | null
}
interface ObjectStore {
  add(value: Uint8Array): Asked<number>
  delete(key: number): unknown
  getAllKeys(): Asked<number[]>
  getAll(): Asked<Uint8Array[]>
}
interface Transaction {
  readonly error: Error | null
  oncomplete: (() => void) | null
  onabort: (() => void) | null
  objectStore(name: string): ObjectStore
}
export interface Database {
  transaction(of: string, mode?: 'readwrite', options?: { readonly durability: 'strict' }): Transaction
  createObjectStore(name: string, options: { readonly autoIncrement: true }): unknown
  close(): void
  onversionchange: (() => void) | null
}
interface Factory {
  open(name: string, version: number): Asked<Database> & { onupgradeneeded: (() => void) | null }
}

/** Opens a database whose one store numbers what is added to it. */
export const openDatabase = async (name: string, store: string): Promise<Database> => {
  const { indexedDB } = globalThis as { readonly indexedDB?: Factory }
  if (indexedDB === undefined)
    throw new Error(
      "indexedDbStore: there is no IndexedDB here; expected a browser. In Node, fileStore('checkpoints') of rxgrad/node keeps checkpoints.",
    )
  const request = indexedDB.open(name, 1)
  request.onupgradeneeded = () => request.result.createObjectStore(store, { autoIncrement: true })
  const database = await answerOf(request)
  // Another page that wants to delete the database is not held up.
  database.onversionchange = () => database.close()
  return database
}

export const answerOf = <T>(request: Asked<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

/** Resolves once a transaction is complete. */
export const completed = (transaction: Transaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error)
  })
