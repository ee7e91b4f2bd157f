import { checkNumber } from '../options/checkNumber.js'
import { ADVANCE, EXPONENTIAL, SCALER_SIZE, WHOLE } from '../program/abi.js'
import type { Field, Scaling } from './field.js'
import type { FieldSite } from './site.js'

/** The settings of a number that is scaled by its own running mean and variance, or left as it is. */
export interface ScaleSettings {
  /** `exponential` weighs recent rows more (a = max(1/n, 0.001)); `standard` is Welford's; `none` does not scale. */
  readonly scale: 'exponential' | 'standard' | 'none'
  /** The bound to which |z| is clipped. `UNCLIPPED` clips nothing, and a target is never clipped. */
  readonly clip: number
}

/** A clip that clips nothing. It is finite, because JSON cannot represent Infinity. */
export const UNCLIPPED: number = Number.MAX_VALUE

const flagsOf = ({ scale }: ScaleSettings): number => (scale === 'exponential' ? EXPONENTIAL : 0)

/** The methods shared by all kinds of field whose number is scaled. */
export const scaledNumber = {
  scaling(this: ScaleSettings): Scaling | 'none' {
    return this.scale === 'none' ? 'none' : { exponential: this.scale === 'exponential', clip: this.clip }
  },
  /** The statistics are n, μ, σ² and the count of clipped numbers. */
  statistics(this: ScaleSettings): number {
    return this.scale === 'none' ? 0 : SCALER_SIZE
  },
  emit(this: ScaleSettings, { emit, raw: a, columns: out, statistics: b, advance, whole, constant }: FieldSite): void {
    if (this.scale === 'none') emit('cast', { out, a, n: 1 })
    else
      emit('scale', {
        out,
        a,
        b,
        c: constant(this.clip),
        flags: flagsOf(this) | (advance ? ADVANCE : 0) | (whole ? WHOLE : 0),
      })
  },
  commit(this: ScaleSettings, { emit, raw: a, statistics: b }: FieldSite): void {
    if (this.scale !== 'none') emit('commitScale', { a, b, flags: flagsOf(this) })
  },
}

export const SCALES: readonly ScaleSettings['scale'][] = ['exponential', 'standard', 'none']

/** Checks the clip that was given, or returns the default of a scale. */
export const checkedClip = (what: string, scale: ScaleSettings['scale'], clip: number | undefined): number => {
  const given = clip ?? (scale === 'exponential' ? 5 : Infinity)
  checkNumber(`${what}: clip`, given, { open: true, most: Infinity })
  return Math.min(given, UNCLIPPED)
}

/**
 * Whether a field's columns are what `scaledNumber` makes of its number, so that kernels which scale many numbers at
 * once may do it instead. A kind that emits something else is left to its own instructions, whatever scaling it
 * declares.
 */
export const isScaledNumber = (field: Field): boolean => field.emit === scaledNumber.emit
/** Whether its statistics are a scaler's, which counts the numbers that it does not trust. */
export const hasScaler = (field: Field): boolean => field.commit === scaledNumber.commit && field.scaling?.() !== 'none'
/** Whether its number is its column, as it comes. */
export const isUnscaled = (field: Field): boolean => isScaledNumber(field) && field.scaling?.() === 'none'
