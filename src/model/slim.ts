import type { ModelConfig, RowOf } from '../compile/configuration.js'
import type { Members } from '../compile/planOf.js'
import type { Fields } from '../features/field.js'
import { chooseGiven } from '../kernels/host/chooseGiven.js'
import type { Model } from '../model.js'
import type { Description } from '../records.js'
import type { Row } from '../values.js'
import { buildModel } from './buildModel.js'
import { buildPredictor, type PublishedPredictor } from './buildPredictor.js'

/**
 * `createModel` of `rxgrad/slim`: the same model, without the kernels' text in the bundle. The page fetches
 * `rxgrad/kernels.wasm` and hands it to `init` before its first model; else the interpreter runs, and says so once.
 */
export const createModel = <F extends Fields, T extends Fields, R = RowOf<F, T>>(config: ModelConfig<F, T>): Model<R> =>
  buildModel(config, chooseGiven)

/** `createPredictor` of `rxgrad/slim`: likewise. */
export const createPredictor = <R = Row>(description: Description, members: Members = {}): PublishedPredictor<R> =>
  buildPredictor(description, members, chooseGiven)
