import { MOST_PARAMETERS } from '../../../compile/layout.js'
import type { Layer } from '../../../layers/layer.js'
import { layerKinds } from '../../../layers/layerKinds.js'
import { didYouMean, InputError } from '../../sources/index.js'

/** The kind of a layer that begins with a number. */
const defaultKind = 'dense'
const otherKinds = Object.keys(layerKinds).filter((kind) => kind !== defaultKind)
const examples = otherKinds.map((kind) => `"${layerKinds[kind]?.example}"`).join(', ')
const form = `write the units and activation of each layer, such as "32 relu, 1", or another layer between them: ${examples}`

/**
 * Reads `32 relu, layerNorm, 16 tanh, 1`: the units and activation of each layer, or another kind of layer. The last
 * layer is the output.
 *
 * @throws InputError if a layer cannot be read
 */
export const readLayers = (text: string): readonly Layer[] => {
  const parts = text.split(',').map((part) => part.trim())
  return parts.map((part, i) => {
    const where = `--layers "${text}": layer ${i + 1}`
    if (part === '') throw new InputError(`${where} is empty; ${form}.`)
    const layer = readLayer(part, where)
    if (i === parts.length - 1 && layer.ends !== undefined)
      throw new InputError(
        `${where} is the output, which takes no activation because its link follows from the target; write "${part.split(/\s+/)[0]}".`,
      )
    return layer
  })
}

const readLayer = (part: string, where: string): Layer => {
  const words = part.split(/\s+/)
  const kind = Object.hasOwn(layerKinds, words[0]) ? (words.shift() as string) : defaultKind
  const { count, choice, make, example } = layerKinds[kind]
  let number = Number.NaN
  if (count !== undefined) {
    const [word = ''] = words
    if (!/^[1-9]\d*$/.test(word))
      throw new InputError(
        kind === defaultKind
          ? `${where}: "${part}" does not start with a whole number of ${count}; ${form}.${didYouMean(word, otherKinds)}`
          : `${where}: "${part}" has no whole number for its ${count}; write it as in "${example}".`,
      )
    number = Number(word)
    if (number > MOST_PARAMETERS)
      throw new InputError(
        `${where}: ${word} ${kind === defaultKind ? count : `for ${count}`} are too many; a model may have at most ${MOST_PARAMETERS.toLocaleString('en')} parameters.`,
      )
    words.shift()
  }
  const values = choice?.values ?? {}
  const names = Object.keys(values)
  const [chosen = names[0]] = choice === undefined ? [] : words.splice(0, 1)
  if (words.length > 0) throw new InputError(`${where}: "${part}" has too many words; ${form}.`)
  if (chosen !== undefined && !Object.hasOwn(values, chosen))
    throw new InputError(
      `${where}: there is no ${choice?.setting} "${chosen}"; expected one of ${names.join(', ')}.${didYouMean(chosen, names)}`,
    )
  return make(number, chosen === undefined ? undefined : values[chosen])
}

/** Writes layers as the text that `readLayers` reads back. */
export const layersText = (layers: readonly Layer[]): string => layers.map(layerText).join(', ')

const layerText = (layer: Layer): string => {
  const { count, choice } = layerKinds[layer.kind]
  const settings = layer as unknown as Readonly<Record<string, unknown>>
  const [defaultChoice, ...choices] = Object.entries(choice?.values ?? {})
  const chosen = choices.find(([, value]) => value === settings[choice?.setting ?? ''])?.[0]
  const words = [...(layer.kind === defaultKind ? [] : [layer.kind]), ...(count === undefined ? [] : [settings[count]])]
  return [...words, ...(defaultChoice !== undefined && chosen !== undefined ? [chosen] : [])].join(' ')
}
