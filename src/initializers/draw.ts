import { createRandom } from '../random.js'
import { drawConstant } from './constant.js'
import { drawGlorot } from './glorot.js'
import { drawHe } from './he.js'
import type { Draw, Fans, Initializer } from './initializer.js'
import { drawUniform } from './uniform.js'
import { drawZeros } from './zeros.js'

const draws: Readonly<Record<string, Draw>> = {
  zeros: drawZeros,
  constant: drawConstant,
  uniform: drawUniform,
  glorot: drawGlorot,
  he: drawHe,
}

/** Returns the initial values of a weight, which depend only on the seed, the weight's name and its initializer. */
export const draw = (
  initial: number | readonly number[] | Initializer,
  size: number,
  { seed, name, ...fans }: Fans & { readonly seed: number; readonly name: string },
): readonly number[] => {
  if (typeof initial === 'number') return Array.from({ length: size }, () => initial)
  if (Array.isArray(initial)) {
    if (initial.length !== size)
      throw new RangeError(`weight '${name}': there are ${initial.length} initial numbers; expected ${size}.`)
    return initial
  }
  const initializer = initial as Initializer
  const member = draws[initializer.kind]
  if (!member)
    throw new RangeError(
      `weight '${name}': there is no initializer '${initializer.kind}'; there are ${Object.keys(draws).join(', ')}.`,
    )
  const random = createRandom(seed, name)
  return Array.from({ length: size }, (_, i) => member(initializer, random, i, fans))
}
