import { createInspector } from '../../explain/createInspector.js'
import type { Inspection } from '../../explain/inspect.js'
import { isCategory } from '../../features/field.js'
import { fieldKinds, knownFieldOf } from '../../features/kinds.js'
import * as losses from '../../losses/index.js'
import type { Description, Publication } from '../../records.js'
import type { Value } from '../../values.js'
import type { Sample } from '../../wire/index.js'
import { placesOf } from './fields.js'
import type { Live } from './live.js'

/** The newest example with the results of its forward and backward pass at the newest θ. */
export interface View {
  readonly description: Description
  readonly publication: Publication | undefined
  readonly sample: Sample | undefined
  /** The results; undefined while there is no example, or if it cannot be run. */
  readonly inspection: Inspection | undefined
  /** Whether the gradients are those of the loss rather than of the output. */
  readonly labelled: boolean
  /** The reason why something cannot be computed; '' if there is none. */
  readonly problem: string
}

/** The share of the time that may be spent on running circuits. */
const SHARE = 0.15

/**
 * Returns a function that gives the present view. It gives the same object again if nothing new has come, or if it is
 * too early to run the circuit again.
 */
export const createViewer = (live: Live): ((now: number) => View | undefined) => {
  let inspector: { readonly hash: string; readonly run: ReturnType<typeof createInspector> } | undefined
  let view: View | undefined
  let notBefore = 0

  const inspect = (now: number, { description }: View, publication: Publication, sample: Sample): Partial<View> => {
    const kind = unknownKindOf(description)
    if (kind !== undefined)
      return {
        problem: `this page does not know the field kind '${kind}', so the values inside the net are not computed`,
      }
    if (sample.x.length !== placesOf(description.features).at(-1)) return { problem: 'the example is of another model' }
    const { kind: loss } = description.loss
    const isLossKnown = Object.hasOwn(losses, loss)
    try {
      if (inspector?.hash !== description.hash) {
        // The loss is not computed without a label, so any loss will do.
        const members = isLossKnown ? {} : { losses: { [loss]: losses.squared } }
        inspector = { hash: description.hash, run: createInspector(description, members) }
      }
      const inspection = inspector.run(publication, isLossKnown ? sample : { x: sample.x })
      notBefore = now + (performance.now() - now) / SHARE
      if (isLossKnown) return { inspection, labelled: isLabelled(sample) }
      return {
        inspection,
        problem: `this page does not know the loss '${loss}', so the gradients are those of the output`,
      }
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

/** Returns the first kind of field that the page does not know. */
const unknownKindOf = ({ features, target }: Description): string | undefined =>
  [...Object.values(features), ...Object.values(target)].find(({ kind }) => !Object.hasOwn(fieldKinds, kind))?.kind

const isLabelled = ({ y }: Sample): boolean =>
  y !== undefined && y.length > 0 && y.every((label) => !Number.isNaN(label) && label !== -1)

/** Returns the names that a field has columns for; a field that is not a category has none. */
export const namesOf = ({ description, publication }: View, field: string): readonly Value[] => {
  const fields = [...Object.entries(description.features), ...Object.entries(description.target)]
  const categories = fields.flatMap(([name, settings]) => {
    const known = knownFieldOf(settings)
    return known && isCategory(known) ? [name] : []
  })
  const { vocabularies = [] } = publication ?? {}
  // If there are more lists than categories, some belong to fields of unknown kinds, and the page cannot tell which.
  return (vocabularies.length === categories.length && vocabularies[categories.indexOf(field)]) || []
}
