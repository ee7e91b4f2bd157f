import { bringComparison, type Texts } from './comparison.js'
import type { Plan } from './configuration.js'

/** The length to which a text is cut: a list of a thousand names would not help anybody who compares two of them. */
const LONGEST = 120
/** The number of differences that are named; those beyond it are only hinted at. */
const MOST = 9

/** Returns members nearly as they are written in code: `dense(16, tanh), dense(1, no bias)`. */
const textOf = (members: unknown): string => {
  try {
    return (
      JSON.stringify(members)
        // The task follows from the loss, `ends` names the activation too, and the largest number stands for no clip.
        .replace(/"(task|activation)":"\w*",?|"\w+":(true|\[]|1\.79[^,}]+),?/g, '')
        .replace(/{"kind":"(\w+)",?/g, '$1(')
        .replace(/"(\w+)":false/g, 'no $1')
        .replace(/"\w+":|["[\]]/g, '')
        .replace(/,?}/g, ')')
        .replace(/,/g, ', ')
        .slice(0, LONGEST)
    )
  } catch {
    // A custom layer may hold what JSON cannot; nothing depends on its text.
    return ''
  }
}

const named = (what: string, members: object): object =>
  Object.fromEntries(Object.entries(members).map(([name, member]) => [`${what} '${name}'`, member]))

/** Describes what a configuration consists of in a short text for each part, so that two of them can be told apart. */
const textsOf = ({ features, target, circuit, optimizer, weight, cursor, ...plan }: Plan): Texts => {
  const { kind, transforms, groups, ...rates } = optimizer
  const { executor, outputs, ...others } = plan
  const parts = {
    ...named('feature', features),
    ...named('target', target),
    ...named('learning rate of', groups),
    ...others,
    layers: plan.layers ?? `a circuit of ${circuit.nodes.length} nodes`,
    optimizer: transforms.length > 0 ? transforms : 'sgd()',
    ...rates,
  }
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, textOf(part)]))
}

/** Names the parts in which the texts of this configuration differ from those of a snapshot, which may have none. */
const differencesOf = (here: Texts, there: Texts | undefined): string => {
  const differences = Object.keys({ ...here, ...there }).flatMap((name) => {
    const [own, other] = [here[name], there?.[name]]
    if (own === other) return []
    if (other === undefined) return `${name} is new`
    if (own === undefined) return `${name} is in the snapshot only`
    return `${name}: ${own || 'none'} here, ${other || 'none'} in the snapshot`
  })
  return there ? differences.slice(0, MOST).join('; ') + (differences.length > MOST ? '; …' : '') : ''
}

/** Brings the comparison of configurations in words to all models. */
export const bringSettingsTexts = (): void => bringComparison({ textsOf, differencesOf })
