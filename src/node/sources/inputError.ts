/**
 * An error in the input or the options that the user can correct. Its message is one line that says what is wrong,
 * where, and what to do. The command line shows it without a stack and exits with 2.
 */
export class InputError extends Error {
  override readonly name = 'InputError'
}

/** Creates the error for a name that no file has. */
export const noFile = (name: string): InputError =>
  new InputError(`there is no file ${name}; name an NDJSON or CSV file, or - for stdin.`)
