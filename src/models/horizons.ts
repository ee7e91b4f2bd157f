/** How many rows ahead models predict that were made for it: `forecast(model)` takes it from here. */
export const horizons: WeakMap<object, number> = /* @__PURE__ */ new WeakMap()

/** Notes for how many rows ahead a model was made, and returns the model. */
export const madeFor = <M extends object>(model: M, horizon: number | undefined): M => {
  if (horizon !== undefined) horizons.set(model, horizon)
  return model
}
