import type { Assembler } from '../program/assembler.js'
import type { Parameter } from '../program/stepRows.js'
import type { Plan } from './configuration.js'
import type { Learner } from './mixture.js'
import type { Regions } from './regions.js'

/** What the step is emitted from. */
export interface StepSite {
  readonly plan: Plan
  readonly tensors: readonly Parameter[]
  readonly assembler: Assembler
  readonly regions: Regions
  constant64(value: number): number
  /** The parts of θ that learn by themselves: all of it, or that of each expert. */
  readonly learners: readonly Learner[]
  /** Emits what the learners read about the rows. */
  emitMeans(): void
  /** Emits what tells of a drift where there are drift rules; returns the address of the state that counts its firings. */
  emitDrift(states: readonly number[]): number | undefined
  readonly target: number
  readonly weight: number
  /** The distance in bytes from one row's loss to the next row's. */
  readonly rowStride: number
  readonly steps: number
  readonly batchSize: number
  readonly firstRow: number
  readonly inverseBatchSize: number
  readonly meanLoss: number
}

export interface StepOutcome {
  /** Scalars whose initial value is not 0. */
  readonly initials: readonly { readonly address: number; readonly value: number }[]
  /** The address of the drift rule's state; undefined if there is no such rule. */
  readonly drift: number | undefined
  /** The addresses of η and of the groups' rates, which can be set at run time. */
  readonly rate: number
  readonly rates: ReadonlyMap<string, number>
  /** The address of η_t of the last step. */
  readonly currentRate: number
  /** Returns the address of the η_t that applies to a tensor. */
  rateOf(tensor: Parameter): number
  /** The address of an f64 that bounds the magnitude of all parameters; it is infinite if no bound is known. */
  readonly reach: number
  readonly gradientBound: number
  readonly parameterBound: number
}

/** A program that only predicts never reads its rates and bounds, so one place serves for all of them. */
export const noStep = (place: number): StepOutcome => ({
  ...{ initials: [], drift: undefined, rates: new Map(), rateOf: () => place },
  ...{ rate: place, currentRate: place, reach: place, gradientBound: place, parameterBound: place },
})
