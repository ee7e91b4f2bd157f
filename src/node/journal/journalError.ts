/** Is thrown if a journal lacks rows that are asked of it: they are damaged, were dropped, or never came to it. */
export class JournalError extends Error {
  override readonly name = 'JournalError'
}
