import { didYouMean, InputError } from '../sources/index.js'

/** A layer as it is written on the command line. */
export interface LayerText {
  readonly units: number
  readonly activation?: Activation
}

export type Activation = (typeof activations)[number]
const activations = ['relu', 'tanh', 'sigmoid', 'softplus'] as const

const form = 'write units and an activation, layer by layer, such as "32 relu, 1"'

/** Reads `32 relu, 16 tanh, 1`: units and activation of each layer, the output layer last. */
export const readLayers = (text: string): readonly LayerText[] => {
  const parts = text.split(',').map((part) => part.trim())
  return parts.map((part, i) => {
    const where = `--layers "${text}": layer ${i + 1}`
    if (part === '') throw new InputError(`${where} is empty; ${form}.`)
    const [units = '', activation, ...more] = part.split(/\s+/)
    if (!/^[1-9]\d*$/.test(units))
      throw new InputError(`${where}: "${part}" does not start with a whole number of units; ${form}.`)
    if (more.length > 0) throw new InputError(`${where}: "${part}" has too many words; ${form}.`)
    if (activation === undefined) return { units: Number(units) }
    const name = activations.find((known) => known === activation)
    if (name === undefined)
      throw new InputError(
        `${where}: there is no activation "${activation}"; they are ${activations.join(', ')}.${didYouMean(activation, activations)}`,
      )
    if (i === parts.length - 1)
      throw new InputError(
        `${where} is the output, which takes no activation: its link follows from the target. Write "${units}".`,
      )
    return { units: Number(units), activation: name }
  })
}

export const layersText = (layers: readonly LayerText[]): string =>
  layers.map(({ units, activation }) => (activation === undefined ? `${units}` : `${units} ${activation}`)).join(', ')
