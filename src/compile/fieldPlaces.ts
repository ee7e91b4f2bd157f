import { type Field, isCategory, widthOf } from '../features/field.js'
import { numeric } from '../features/numeric.js'
import { bytesOf } from '../program/assembler.js'
import { type ColumnPlaces, columnPlacesOf } from './columnPlaces.js'
import type { Plan } from './configuration.js'
import type { FieldPlace } from './emitStatistics.js'
import type { Regions } from './regions.js'

/** Where a row's numbers, its columns and the fields' statistics stand in the arena, as byte addresses. */
export interface FieldPlaces {
  readonly targets: readonly Field[]
  /** The statistics of each field, features first; −1 for fields without any. */
  readonly statistics: readonly number[]
  /** The count of each category field's names; −1 for other fields. */
  readonly counts: readonly number[]
  /** A row's features, its labels and its weight. */
  readonly x: number
  readonly y: number
  readonly weight: number
  readonly columns: ColumnPlaces
  readonly inputs: readonly FieldPlace[]
  /** Returns the labels as fields whose columns begin at an address. */
  labelsAt(columns: number): readonly FieldPlace[]
}

export const placeFields = (plan: Plan, regions: Regions): FieldPlaces => {
  const features: readonly Field[] = Object.values(plan.features)
  const targets: readonly Field[] = Object.values(plan.target)
  const fields = [...features, ...targets]
  const statistics = fields.map((field) => {
    const count = field.statistics?.() ?? 0
    return count > 0 ? regions.statistics.take(count) : -1
  })
  const counts = fields.map((field) => (isCategory(field) ? regions.statistics.take(1) : -1))
  const raws = features.map((field) => regions.raw.take(widthOf(field)))
  const y = regions.raw.take(targets.length)
  const weight = regions.raw.take(1)
  const columns = columnPlacesOf(plan.circuit.nodes, plan.features, regions.activations)
  return {
    ...{ targets, statistics, counts, x: raws[0], y, weight, columns },
    inputs: features.map((field, i) => ({
      field,
      raw: raws[i],
      columns: columns.addresses[i],
      statistics: statistics[i],
    })),
    labelsAt: (at) =>
      targets.map((field, i) => ({
        // A single output tells two names apart, so its target is the column itself.
        field: isCategory(field) && plan.outputs === 1 ? numeric({ scale: 'none' }) : field,
        raw: y + 8 * i,
        columns: at + bytesOf(plan.precision) * i,
        statistics: statistics[features.length + i],
      })),
  }
}
