import type { NetExpert } from '../../../experts/index.js'
import { layersText } from '../arguments/layers.js'
import type { Configuration } from './configure.js'

/** Writes what the model consists of: its layers, or its experts, with a factor where one learns at several rates. */
export const modelText = ({ layers, experts }: Configuration): string => {
  if (layers !== undefined) return `layers  ${layersText(layers)}`
  const texts = Object.entries(experts).map(([name, expert]) => {
    const { net, rates = [1] } = expert as Partial<NetExpert>
    return net === undefined ? name : `${name} (${layersText(net)})${rates.length > 1 ? ` × ${rates.length}` : ''}`
  })
  return `experts ${texts.join(', ')}`
}
