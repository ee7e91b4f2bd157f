import type { Random } from '../random.js'

/** The sides of a weight that an initializer looks at. */
export interface Fans {
  readonly fanIn: number
  readonly fanOut: number
}

/** How a weight starts, as data: `kind` names the member, the rest are its settings. */
export interface Initializer {
  readonly kind: string
  readonly [setting: string]: string | number
}

/** What one kind of initializer does: the i-th number of a weight. */
export type Draw = (initializer: Initializer, random: Random, i: number, fans: Fans) => number
