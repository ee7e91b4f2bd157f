import { type Contents, InputError, type TableConfig } from '../../sources/index.js'
import type { LearnRequest } from '../arguments/args.js'

/** Returns the inputs; without any, stdin. If that is a terminal, nothing is piped in, and it throws an InputError. */
export const inputsOf = ({ inputs }: Pick<LearnRequest, 'inputs'>): readonly string[] => {
  if (inputs.length > 0) return inputs
  if (process.stdin.isTTY)
    throw new InputError(
      'there is no input; name a file, or pipe rows in as in tail -f readings.ndjson | rxgrad learn --target …, or give - to type them.',
    )
  return ['-']
}

/**
 * Returns how the request wants its inputs to be read.
 *
 * @param contents what the columns hold, if a saved model knows it
 */
export const tableConfig = (
  request: Pick<LearnRequest, 'missing' | 'decimal' | 'format' | 'delimiter'>,
  signal: AbortSignal,
  contents?: Contents,
): TableConfig => ({
  signal,
  missing: request.missing,
  decimal: request.decimal,
  ...(contents !== undefined && { contents, lookAhead: 1 }),
  ...(request.format !== undefined && { format: request.format }),
  ...(request.delimiter !== undefined && { delimiter: request.delimiter }),
})
