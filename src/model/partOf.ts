/** The name of the operator that has a model together with others, by the model: one of them alone is not the whole. */
const wholes = new WeakMap<object, string>()

/** Notes that an operator has a model together with others, until that is released. */
export const markPart = (model: object, whole: string): { release(): void } => {
  wholes.set(model, whole)
  return { release: () => releasePart(model) }
}
export const releasePart = (model: object): void => {
  wholes.delete(model)
}

/** Returns the name of the operator that has a model together with others at present; undefined if none has. */
export const partOf = (model: object): string | undefined => wholes.get(model)
