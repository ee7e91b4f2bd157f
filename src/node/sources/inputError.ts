/**
 * An error in the input or the options that the user can correct. Its message is one line that says what is wrong,
 * where, and what to do. The command line shows it without a stack and exits with 2.
 */
export class InputError extends Error {
  override readonly name = 'InputError'
}
