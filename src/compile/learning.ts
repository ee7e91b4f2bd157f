import type { Plan } from './configuration.js'
import { emitStep } from './emitStep.js'
import type { Regions } from './regions.js'
import { partsOf, type RowParts } from './rowParts.js'
import { place, type RowPlaces } from './rowPlaces.js'
import { type RowSite, words } from './rowPlan.js'
import type { StepOutcome, StepSite } from './stepSite.js'

/** What a program needs beyond prediction: the step, and the parts that let kernels learn rows in one call. */
export interface Learning {
  emitStep(site: StepSite): StepOutcome
  partsOf(plan: Plan): RowParts
  /** @param inputs the number of columns of a row */
  place(plan: Plan, parts: RowParts, inputs: number, regions: Regions): RowPlaces
  words(site: RowSite, parts: RowParts, rows: RowPlaces): Int32Array
}
export const learning: Learning = { emitStep, partsOf, place, words }
