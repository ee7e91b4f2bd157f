import type { Core } from '../state/core.js'
import type { Events } from '../state/events.js'

/** Looks at what a model is given to learn, before it learns it. */
export interface Watch {
  /** The number of calls of the model to pass over before the next look. */
  left: number
  look(given: unknown): void
  /** What it has seen, which watches of models that share it tell of once. */
  seen: object
}
export type CreateWatch = (core: Core, events: Events) => Watch

/** A page of `rxgrad/slim` watches nothing, which costs it no bytes. */
export let createWatch: CreateWatch | undefined
export const bringWatch = (create: CreateWatch): void => {
  createWatch = create
}
