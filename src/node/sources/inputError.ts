/**
 * Input or usage that the user can put right: one line that says what, where and what to do. The command line shows it
 * without a stack and exits with 2.
 */
export class InputError extends Error {
  override readonly name = 'InputError'
}
