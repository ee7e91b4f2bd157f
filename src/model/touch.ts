import { readsOf } from '../features/field.js'
import type { Stages } from '../model.js'
import type { Row } from '../values.js'
import { bringStages } from './stages.js'
import type { Machine } from './step/machine.js'

/** Reads the names of a record, which may be getters as well. */
const touchNames = (value: unknown): void => {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return
  // A record of names is read with what it inherits.
  for (const name in value) void (value as Row)[name]
}

const createTouch = ({ core: { plan } }: Machine): Pick<Stages<unknown>, 'touch'> => {
  const features = Object.entries(plan.features).flatMap(([name, field]) => readsOf(name, field))
  const others = [plan.weight, plan.cursor].filter((name) => name !== undefined)
  const columns = [...new Set([...features, ...Object.keys(plan.target), ...others])]
  return {
    touch(row) {
      for (const name of columns) touchNames((row as Row | null | undefined)?.[name])
    },
  }
}

/** Brings `stages.touch` to all models. */
export const bringTouch = (): void => bringStages(createTouch)
