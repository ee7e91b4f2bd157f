import { InputError, type TableConfig } from '../sources/index.js'
import type { LearnRequest } from './args.js'

/** Returns the inputs; without any, stdin. If that is a terminal, nothing is piped in, and it throws an InputError. */
export const inputsOf = ({ inputs }: LearnRequest): readonly string[] => {
  if (inputs.length > 0) return inputs
  if (process.stdin.isTTY)
    throw new InputError(
      'there is no input; name a file, or pipe rows in as in tail -f readings.ndjson | rxgrad learn --target …, or give - to type them.',
    )
  return ['-']
}

/** Returns how the request wants its inputs to be read. */
export const tableConfig = (request: LearnRequest, signal: AbortSignal): TableConfig => ({
  signal,
  missing: request.missing,
  decimal: request.decimal,
  ...(request.format !== undefined && { format: request.format }),
  ...(request.delimiter !== undefined && { delimiter: request.delimiter }),
})
