import { absolute, type LossFunction, squared } from '../../../src/losses/index.js'

/** The rules that are for linear models alone, each with a loss that it takes. */
export const linearOnly: Readonly<Record<'passiveAggressive' | 'recursiveLeastSquares' | 'vw', () => LossFunction>> = {
  passiveAggressive: absolute,
  recursiveLeastSquares: squared,
  vw: squared,
}
