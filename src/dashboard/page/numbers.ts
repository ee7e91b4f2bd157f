/** Formats numbers for people: with the same number of decimal places each time, and with a real minus sign. */

const MINUS = '\u2212'

/** Writes about four digits. Very small and very large numbers get an exponent; a dash stands for NaN or none. */
export const figure = (x: number | undefined): string => {
  if (x === undefined || Number.isNaN(x)) return '–'
  if (!Number.isFinite(x)) return x > 0 ? '∞' : `${MINUS}∞`
  const size = Math.abs(x)
  if (size !== 0 && (size < 0.0005 || size >= 1e9)) {
    const [digits = '', exponent = ''] = size.toExponential(1).split('e')
    return `${x < 0 ? MINUS : ''}${digits}e${exponent.replace('+', '').replace('-', MINUS)}`
  }
  const places = size < 10 ? 3 : size < 100 ? 2 : size < 1000 ? 1 : 0
  return figureWith(x, places)
}

/** Writes a number with a given number of decimal places. */
export const figureWith = (x: number, places: number): string => {
  const text = Math.abs(x).toLocaleString('en', { minimumFractionDigits: places, maximumFractionDigits: places })
  return Number(text.replaceAll(',', '')) === 0 ? text : `${x < 0 ? MINUS : ''}${text}`
}

/** Writes a number with its sign, also if it is +. */
export const signed = (x: number | undefined): string => {
  const text = figure(x)
  return x !== undefined && x > 0 && text !== '∞' ? `+${text}` : text
}

/** Writes a number without needless zeros: 20, 0.5, 21.37. This suits the values of a row and the ticks of an axis. */
export const shortest = (x: number): string => {
  if (!Number.isFinite(x)) return figure(x)
  const size = Math.abs(x)
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) return figure(x)
  return `${x < 0 ? MINUS : ''}${size.toLocaleString('en', size < 1000 ? { maximumSignificantDigits: 5 } : { maximumFractionDigits: 1 })}`
}

export const grouped = (x: number): string => Math.round(x).toLocaleString('en')

/** Writes a rate: as a whole number from 10 on, otherwise with one decimal place. */
export const rate = (x: number): string => (x < 10 && x > 0 ? x.toFixed(1) : grouped(x))

/** Compares a model's score with a baseline's, in words. */
export const verdict = (model: number, baseline: number, name: string, better: 'lower' | 'higher'): string => {
  if (!Number.isFinite(model) || !Number.isFinite(baseline)) return 'no score yet'
  const word = (gain: number): string => (gain < 0 ? 'worse' : 'better')
  if (better === 'lower') {
    if (baseline === 0) return model === 0 ? 'equal' : 'worse'
    const gain = (1 - model / baseline) * 100
    return Math.round(Math.abs(gain)) === 0 ? 'equal' : `${Math.min(999, Math.round(Math.abs(gain)))} % ${word(gain)}`
  }
  const gain = model - baseline
  if (name !== 'accuracy') return Math.abs(gain) < 0.0005 ? 'equal' : `${figure(Math.abs(gain))} ${word(gain)}`
  const points = Math.abs(gain) * 100
  return points < 0.05 ? 'equal' : `${points.toFixed(1)} points ${word(gain)}`
}
