import type { Prediction } from '../../src/records.js'

/** Returns all bits of a prediction as text: its numbers as Float64 bytes in hex. Both sides make it, to compare. */
export const fingerprint = ({ step, value, probabilities, values }: Prediction): string =>
  [step, bits(value), ...Object.entries({ ...probabilities, ...values }).map(([name, x]) => `${name}=${bits(x)}`)].join(
    ' ',
  )

const place = new DataView(new ArrayBuffer(8))
const bits = (value: unknown): string => {
  if (typeof value !== 'number') return `${typeof value} ${value}`
  place.setFloat64(0, value)
  return place.getBigUint64(0).toString(16).padStart(16, '0')
}
