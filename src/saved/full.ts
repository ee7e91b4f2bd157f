import { createPredictor } from '../model/createPredictor.js'
import { type PredictorOf, predictorBy } from './predictorOf.js'

export const predictorOf: PredictorOf = predictorBy(createPredictor)
