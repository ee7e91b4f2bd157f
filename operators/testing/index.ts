export { brokenLaws, checkOperator } from './checkOperator.js'
export type { OperatorCase, OperatorLaw, OperatorTrial } from './operatorCase.js'
export { operatorLaws } from './operatorLaws.js'
