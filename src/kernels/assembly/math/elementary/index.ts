// The elementary functions of src/program/elementary, computed four f32 or two f64 at a time, to the same bits. A NaN
// stays NaN, with the sign and payload that the machine gives it.
export { exp_f32, exp_f32x4, exp_f64, exp_f64x2 } from './exp'
export { log1p_f32, log1p_f32x4, log1p_f64, log1p_f64x2, log_f32, log_f32x4, log_f64, log_f64x2 } from './log'
export { pow_f32, pow_f64 } from './pow'
export { sigmoid_f32, sigmoid_f32x4, sigmoid_f64, sigmoid_f64x2 } from './sigmoid'
export { softplus_f32, softplus_f32x4, softplus_f64, softplus_f64x2 } from './softplus'
export { tanh_f32, tanh_f32x4, tanh_f64, tanh_f64x2 } from './tanh'
export { cos_f32, cos_f32x4, cos_f64, cos_f64x2, sin_f32, sin_f32x4, sin_f64, sin_f64x2 } from './trigonometry'
