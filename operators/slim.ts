// The package's entry for pages that fetch `rxgrad/kernels.wasm`: the same list, and nothing in it embeds the kernels.

// what is named here stands in the place of what the list has by that name
export { createModel, createPredictor } from '../src/model/slim.js'
export * from './index.js'
