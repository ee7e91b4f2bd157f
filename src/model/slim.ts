import type { Members } from '../compile/planOf.js'
import { chooseGiven } from '../kernels/host/chooseGiven.js'
import type { Description } from '../records.js'
import type { Row } from '../values.js'
import { buildModel, type CreateModel } from './buildModel.js'
import { buildPredictor, type PublishedPredictor } from './buildPredictor.js'

/**
 * `createModel` of `rxgrad/slim`: the same model, without the kernels in the bundle. The page fetches
 * `rxgrad/kernels.wasm` and passes it to `init` before it creates its first model, or passes the `interpreter`.
 *
 * @throws TypeError if nothing was given to `init`
 */
export const createModel: CreateModel = (config) => buildModel(config, chooseGiven)

/** `createPredictor` of `rxgrad/slim`, which obtains the kernels in the same way. */
export const createPredictor = <R = Row>(description: Description, members: Members = {}): PublishedPredictor<R> =>
  buildPredictor(description, members, chooseGiven)
