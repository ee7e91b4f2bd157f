import type { Stages } from '../model.js'
import { bringStages } from './stages.js'
import type { Core } from './state/core.js'
import type { Machine } from './step/machine.js'

/** Gives operators state that is kept in snapshots, each under its own name. */
const createKeep = (core: Core): Stages<unknown>['keep'] => {
  const kept = new Set<string>()
  return (name, initial) => {
    if (kept.has(name))
      throw new RangeError(`keep: '${name}' is in use in this model; give one of the two another name.`)
    kept.add(name)
    if (!core.kept.has(name)) core.kept.set(name, initial())
    return {
      // A snapshot that does not contain this state may have been restored since.
      get value() {
        if (!core.kept.has(name)) core.kept.set(name, initial())
        return core.kept.get(name) as ReturnType<typeof initial>
      },
      set value(state) {
        core.kept.set(name, state)
      },
      release: () => kept.delete(name),
    }
  }
}

const createKeeping = ({ core }: Machine): Pick<Stages<unknown>, 'keep' | 'kept'> => ({
  keep: createKeep(core),
  kept: (name) => core.kept.get(name),
})

/** Brings `stages.keep` to all models. */
export const bringKeep = (): void => bringStages(createKeeping)
