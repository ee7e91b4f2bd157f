import { createInspector } from '../../explain/createInspector.js'
import type { Inspection } from '../../explain/inspect.js'
import { isCategory } from '../../features/field.js'
import { fieldOf } from '../../features/kinds.js'
import type { Description, Publication } from '../../records.js'
import type { Value } from '../../values.js'
import type { Sample } from '../../wire/index.js'
import type { Live } from './live.js'

/** The newest θ run on the newest example, forward and backward. */
export interface View {
  readonly description: Description
  readonly publication: Publication | undefined
  readonly sample: Sample | undefined
  /** Undefined while no example has come, or when it cannot be run: `problem` says why. */
  readonly inspection: Inspection | undefined
  /** The gradients are those of the loss; else of the output. */
  readonly labelled: boolean
  readonly problem: string
}

/** Of all the time that passes, the share that may go into running circuits. */
const SHARE = 0.15

/** Gives the view as it is now; the same object as long as nothing new has come, or it is too early to run it again. */
export const createViewer = (live: Live): ((now: number) => View | undefined) => {
  let inspector: { readonly hash: string; readonly run: ReturnType<typeof createInspector> } | undefined
  let view: View | undefined
  let notBefore = 0

  const inspect = (now: number, { description }: View, publication: Publication, sample: Sample): Partial<View> => {
    if (sample.x.length !== Object.keys(description.features).length)
      return { problem: 'the example is of another model' }
    try {
      if (inspector?.hash !== description.hash)
        inspector = { hash: description.hash, run: createInspector(description) }
      const inspection = inspector.run(publication, sample)
      notBefore = now + (performance.now() - now) / SHARE
      return { inspection, labelled: isLabelled(sample), problem: '' }
    } catch (error) {
      notBefore = now + 1000
      return { problem: (error as Error).message }
    }
  }

  return (now) => {
    const { welcome, frame, sample } = live
    if (welcome === undefined) return view
    const same = view !== undefined && view.description.hash === welcome.description.hash
    const publication = frame?.publication ?? (same ? view!.publication : undefined)
    if (same && publication === view!.publication && sample === view!.sample) return view
    if (same && now < notBefore) return view
    const { description } = welcome
    const bare: View = { description, publication, sample, inspection: undefined, labelled: false, problem: '' }
    view =
      publication === undefined || sample === undefined
        ? bare
        : { ...bare, ...inspect(performance.now(), bare, publication, sample) }
    return view
  }
}

const isLabelled = ({ y }: Sample): boolean =>
  y !== undefined && y.length > 0 && y.every((label) => !Number.isNaN(label) && label !== -1)

/** The names that a field has columns for; none when it is no category. */
export const namesOf = ({ description, publication }: View, field: string): readonly Value[] => {
  const fields = [...Object.entries(description.features), ...Object.entries(description.target)]
  const categories = fields.filter(([, settings]) => isCategory(fieldOf(settings))).map(([name]) => name)
  return publication?.vocabularies[categories.indexOf(field)] ?? []
}
