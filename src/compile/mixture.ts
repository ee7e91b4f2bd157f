import type { Experts } from '../experts/expert.js'
import type { Fields } from '../features/field.js'
import type { Builder, Expression } from '../graph/expression.js'
import type { Circuit } from '../graph/graph.js'
import type { LossFunction } from '../losses/loss.js'
import type { Parameter } from '../program/stepRows.js'
import type { Plan } from './configuration.js'
import type { FieldTools } from './emitStatistics.js'
import type { FieldPlaces } from './fieldPlaces.js'
import type { GraphLowering } from './lowerGraph.js'
import type { Regions } from './regions.js'

/** The circuit's input with the experts' weights, and how the names of those with earlier labels and rows begin. */
export const WEIGHTS = '#experts'
export const LAST = '#last'
export const NEAREST = '#nearest'

/** An expert in the graph: its outputs, its own loss l_k of the row, and δ_k = ∂l_k/∂o_k. */
export interface ExpertGraph {
  readonly output: Expression
  readonly loss: Expression
  readonly delta: Expression
}

/** A part of θ that learns by itself, as an expert does: from its own loss, with its own bound, drift rule and rate. */
export interface Learner {
  readonly tensors: readonly Parameter[]
  /** The factor of η. */
  readonly rate: number
  /** The address of its outputs in the row that stands first. */
  readonly outputs: number
  /** The addresses of (1/b) Σ w·|δ|² and (1/b) Σ w·l. */
  readonly meanSquaredDelta: number
  readonly meanLoss: number
  /** The address of the first row's loss, which the drift rule watches. */
  readonly losses: number
}

/** A memory of rows: its address, n columns of each of m rows at most, and how many of the nearest, k, are averaged. */
export interface NearestPlace {
  /** The input of the circuit that holds what the nearest rows say. */
  readonly name: string
  readonly address: number
  readonly n: number
  readonly m: number
  readonly k: number
}

/** Where the experts' own numbers stand in the arena, as byte addresses. */
export interface MixturePlaces {
  /** The scores that the experts are weighed by. */
  readonly scores: number
  /** The losses l_k of a row, followed by its |δ_k|², in f64. */
  readonly losses: number
  /** The number of these. */
  readonly count: number
  /** Where each expert's δ stands. */
  readonly deltas: readonly number[]
  /** Where each expert's outputs stand in row 0. */
  readonly outputs: readonly number[]
  /** The queues of the last labels that experts read, one for each target. */
  readonly labels: readonly { readonly address: number; readonly length: number }[]
  /** The memories of the last rows that experts search. */
  readonly nearest: readonly NearestPlace[]
}

/** What a mixture of experts emits into a program. */
export interface MixtureProgram {
  /** Where the last class stands among the statistics, if an expert reads it, and what stands there at the start. */
  readonly initials: readonly { readonly address: number; readonly value: number }[]
  /** The addresses of the inputs of the circuit that are no features. */
  readonly inputs: ReadonlyMap<string, number>
  /** Whether a label that the statistics do not trust is learned as it is. */
  readonly wholeTargets: boolean
  /** The weights of the experts, the last label and what the nearest rows say. */
  emitInputs(): void
  emitLosses(graphs: readonly ExpertGraph[], lowering: GraphLowering): void
  /** Encodes a row that is committed by its numbers alone, where it is remembered by its columns. */
  emitColumns(): void
  /** The last label becomes this row's, and the row is remembered. */
  emitCommit(): void
  /** The scores of the experts take in the losses of a row; this runs for the rows of a window one by one. */
  emitScores(): void
  places(graphs: readonly ExpertGraph[], lowering: GraphLowering): MixturePlaces
  /** Emits the means that the learners read, and returns the learners. */
  learners(tensors: readonly Parameter[], graphs: readonly ExpertGraph[], lowering: GraphLowering): readonly Learner[]
  emitMeans(): void
  /** Lets a drift rule watch the losses of the mixture; returns the address of its state. */
  emitDrift(): number
}

export interface MixtureSite {
  readonly plan: Plan
  readonly regions: Regions
  readonly tools: FieldTools
  readonly fields: FieldPlaces
  /** The address of the first row's loss. */
  readonly losses: number
  readonly batchSize: number
  readonly firstRow: number
  readonly rowStride: number
}

/** How experts are mixed; a page of `rxgrad/slim` does not bundle it. */
export interface Mixture {
  graphOf(
    plan: Plan,
    builder: Builder,
    target: Expression,
    named: (output: Expression) => Expression,
  ): readonly ExpertGraph[]
  place(site: MixtureSite): MixtureProgram
  /** Returns the weight of each expert by its name, from the scores in an arena. */
  weightsOf(plan: Plan, places: MixturePlaces, f64: Float64Array): Readonly<Record<string, number>>
}

export let mixture: Mixture | undefined
export const bringMixture = (given: Mixture): void => {
  mixture = given
}

/** Builds the circuit that mixes experts; only what creates models needs it. */
export type BuildExperts = (
  experts: Experts,
  features: Fields,
  target: Fields,
  loss: Pick<LossFunction, 'kind' | 'levels' | 'link' | 'outputOf'> | undefined,
) => { readonly circuit: Circuit; readonly experts: NonNullable<Plan['experts']> }

export let buildExperts: BuildExperts | undefined
export const bringBuildExperts = (given: BuildExperts): void => {
  buildExperts = given
}
