import type { Layer } from '../../layers/layer.js'
import { layerKinds } from '../../layers/layerKinds.js'
import { didYouMean, InputError } from '../sources/index.js'

/** The kind that is meant where a layer begins with a number. */
const usual = 'dense'
const others = Object.keys(layerKinds).filter((kind) => kind !== usual)
const examples = others.map((kind) => `"${layerKinds[kind]?.example}"`).join(', ')
const form = `write units and an activation, layer by layer, such as "32 relu, 1", or another layer between them: ${examples}`

/** What a circuit may have; beyond it memory ends before learning begins. */
export const mostParameters = 1e8

/** Reads `32 relu, layerNorm, 16 tanh, 1`: units and activation of each layer, or another kind of layer; the output last. */
export const readLayers = (text: string): readonly Layer[] => {
  const parts = text.split(',').map((part) => part.trim())
  return parts.map((part, i) => {
    const where = `--layers "${text}": layer ${i + 1}`
    if (part === '') throw new InputError(`${where} is empty; ${form}.`)
    const layer = readLayer(part, where)
    if (i === parts.length - 1 && layer.ends !== undefined)
      throw new InputError(
        `${where} is the output, which takes no activation, as its link follows from the target; write "${part.split(/\s+/)[0]}".`,
      )
    return layer
  })
}

const readLayer = (part: string, where: string): Layer => {
  const words = part.split(/\s+/)
  const kind = Object.hasOwn(layerKinds, words[0]) ? (words.shift() as string) : usual
  const { count, choice, make, example } = layerKinds[kind]
  let number = Number.NaN
  if (count !== undefined) {
    const [word = ''] = words
    if (!/^[1-9]\d*$/.test(word))
      throw new InputError(
        kind === usual
          ? `${where}: "${part}" does not start with a whole number of ${count}; ${form}.${didYouMean(word, others)}`
          : `${where}: "${part}" has no whole number for its ${count}; write it as in "${example}".`,
      )
    number = Number(word)
    if (number > mostParameters)
      throw new InputError(
        `${where}: ${word} ${kind === usual ? count : `for ${count}`} are too many; a model may have ${mostParameters.toLocaleString('en')} parameters.`,
      )
    words.shift()
  }
  const values = choice?.values ?? {}
  const names = Object.keys(values)
  const [chosen = names[0]] = choice === undefined ? [] : words.splice(0, 1)
  if (words.length > 0) throw new InputError(`${where}: "${part}" has too many words; ${form}.`)
  if (chosen !== undefined && !Object.hasOwn(values, chosen))
    throw new InputError(
      `${where}: there is no ${choice?.setting} "${chosen}"; they are ${names.join(', ')}.${didYouMean(chosen, names)}`,
    )
  return make(number, chosen === undefined ? undefined : values[chosen])
}

/** The text that `readLayers` reads back. */
export const layersText = (layers: readonly Layer[]): string => layers.map(layerText).join(', ')

const layerText = (layer: Layer): string => {
  const { count, choice } = layerKinds[layer.kind]
  const settings = layer as unknown as Readonly<Record<string, unknown>>
  const [usualChoice, ...choices] = Object.entries(choice?.values ?? {})
  const chosen = choices.find(([, value]) => value === settings[choice?.setting ?? ''])?.[0]
  const words = [...(layer.kind === usual ? [] : [layer.kind]), ...(count === undefined ? [] : [settings[count]])]
  return [...words, ...(usualChoice !== undefined && chosen !== undefined ? [chosen] : [])].join(' ')
}
