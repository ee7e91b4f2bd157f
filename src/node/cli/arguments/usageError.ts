import { InputError } from '../../sources/index.js'

/** An error in the options, which the command ends with 2; an error in the input is an InputError, and ends it with 1. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Reads options: what is wrong with them is a UsageError. */
export const asUsage = <T>(read: () => T): T => {
  try {
    return read()
  } catch (error) {
    throw error instanceof InputError ? new UsageError(error.message) : error
  }
}
