import type { Random } from '../random.js'

/** The fan-in and fan-out of a weight, which initializers read. */
export interface Fans {
  readonly fanIn: number
  readonly fanOut: number
}

/** How a weight is initialized, as data: `kind` names the initializer, and the other fields are its settings. */
export interface Initializer {
  readonly kind: string
  readonly [setting: string]: string | number
}

/** Returns the i-th initial value of a weight, for one kind of initializer. */
export type Draw = (initializer: Initializer, random: Random, i: number, fans: Fans) => number
