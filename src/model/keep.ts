import type { KeptForm } from '../late.js'
import type { Stages } from '../model.js'
import { bringStages } from './stages.js'
import type { Core } from './state/core.js'
import type { Machine } from './step/machine.js'

/** A place that is in use, and the state in it that is not plain data. */
interface Place {
  readonly form: KeptForm<unknown>
  live: unknown
}

/** Gives operators state that is kept in snapshots, each under its own name. */
const createKeep = (core: Core): Stages<unknown>['keep'] => {
  const { kept } = core
  const places = new Map<string, Place>()
  const saved = (name: string, state: unknown): unknown => {
    const { form, live } = places.get(name) ?? {}
    // What has just been restored is plain data until it is looked up.
    return form?.save && state === live ? form.save(state) : state
  }
  core.keeping = { saved, problemOf: (name, state) => places.get(name)?.form.problemOf?.(state) }

  return <S>(name: string, initial: () => S, given: KeptForm<S> = {}) => {
    const form = given as KeptForm<unknown>
    if (places.has(name))
      throw new RangeError(`keep: '${name}' is in use in this model; give one of the two another name.`)
    const problem = kept.has(name) ? form.problemOf?.(kept.get(name)) : undefined
    if (problem !== undefined)
      throw new TypeError(`keep: what the model keeps as '${name}' ${problem}; give this operator another name.`)
    const place: Place = { form, live: undefined }
    places.set(name, place)
    let isReleased = false
    const own = {
      // A snapshot that does not contain this state may have been restored since.
      get value() {
        // Who is released within an event may look at the state once more, which is saved as plain data by now.
        if (isReleased && form.load) return place.live as S
        if (isReleased) return kept.has(name) ? (kept.get(name) as S) : initial()
        if (!kept.has(name)) own.value = initial()
        else if (form.load && kept.get(name) !== place.live) own.value = form.load(kept.get(name)) as S
        return kept.get(name) as S
      },
      set value(state) {
        place.live = state
        if (!isReleased) kept.set(name, state)
      },
      release() {
        if (isReleased) return
        isReleased = true
        if (kept.has(name)) kept.set(name, saved(name, kept.get(name)))
        places.delete(name)
      },
    }
    own.value
    return own
  }
}

const createKeeping = ({ core }: Machine): Pick<Stages<unknown>, 'keep' | 'kept'> => ({
  keep: createKeep(core),
  kept: (name) => core.kept.get(name),
})

/** Brings `stages.keep` to all models. */
export const bringKeep = (): void => bringStages(createKeeping)
