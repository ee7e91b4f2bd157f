export {
  checkGradient,
  compareGradients,
  type GradientConfig,
  GradientError,
  type GradientFailure,
  type GradientReport,
} from './checkGradient.js'
export { type TangentConfig, type TangentReport, tangentError } from './tangentError.js'
