import { ACTIVATIONS, type Dense, dense } from '../../circuit/layers.js'
import { didYouMean, InputError } from '../sources/index.js'

const form = 'write units and an activation, layer by layer, such as "32 relu, 1"'

/** What a circuit may have; beyond it memory ends before learning begins. */
export const mostParameters = 1e8

/** Reads `32 relu, 16 tanh, 1`: units and activation of each layer, the output layer last. */
export const readLayers = (text: string): readonly Dense[] => {
  const parts = text.split(',').map((part) => part.trim())
  return parts.map((part, i) => {
    const where = `--layers "${text}": layer ${i + 1}`
    if (part === '') throw new InputError(`${where} is empty; ${form}.`)
    const [units = '', activation = 'identity', ...more] = part.split(/\s+/)
    if (!/^[1-9]\d*$/.test(units))
      throw new InputError(`${where}: "${part}" does not start with a whole number of units; ${form}.`)
    if (Number(units) > mostParameters)
      throw new InputError(
        `${where}: ${units} units are too many; a model may have ${mostParameters.toLocaleString('en')} parameters.`,
      )
    if (more.length > 0) throw new InputError(`${where}: "${part}" has too many words; ${form}.`)
    const name = ACTIVATIONS.find((known) => known === activation)
    if (name === undefined)
      throw new InputError(
        `${where}: there is no activation "${activation}"; they are ${ACTIVATIONS.join(', ')}.${didYouMean(activation, ACTIVATIONS)}`,
      )
    if (i === parts.length - 1 && name !== 'identity')
      throw new InputError(
        `${where} is the output, which takes no activation, as its link follows from the target; write "${units}".`,
      )
    return dense(Number(units), name)
  })
}

/** The text that `readLayers` reads back. */
export const layersText = (layers: readonly Dense[]): string =>
  layers.map(({ units, activation }) => (activation === 'identity' ? `${units}` : `${units} ${activation}`)).join(', ')
