import type { Plan } from './configuration.js'

export type Texts = Readonly<Record<string, string>>

/** How two configurations are compared in words. */
export interface Comparison {
  /** Describes what a configuration consists of in a short text for each part. */
  textsOf(plan: Plan): Texts
  /** Names the parts in which the texts of this configuration differ from those of a snapshot, which may have none. */
  differencesOf(here: Texts, there: Texts | undefined): string
}

/** A page of `rxgrad/slim` compares hashes alone, which costs it no words. */
export let comparison: Comparison | undefined
export const bringComparison = (given: Comparison): void => {
  comparison = given
}
