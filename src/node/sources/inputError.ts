/**
 * An error in the input or the options that the user can correct. Its message is one line that says what is wrong,
 * where, and what to do. The command line shows it without a stack and exits with 2.
 */
export class InputError extends Error {
  override readonly name = 'InputError'
}

/** What a file of rows may be. */
export const ROWS = 'an NDJSON or CSV file, or - for stdin'

/** Creates the error for a name that no file has, or that none of the expected kind has. */
export const noFile = (name: string, expected: string = ROWS): InputError =>
  new InputError(`there is no file ${name}; name ${expected}.`)
