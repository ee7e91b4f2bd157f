import { createPredictor } from '../model/slim.js'
import { type PredictorOf, predictorBy } from './predictorOf.js'

/** `predictorOf` of `rxgrad/slim`. */
export const predictorOf: PredictorOf = predictorBy(createPredictor)
