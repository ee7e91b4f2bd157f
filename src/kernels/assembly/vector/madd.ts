// c + a·b, a term of a sum, and c − a·b, a step. This is the one place where the two builds differ. The ordinary build
// rounds after the product and after the sum. The fast build (relaxed SIMD) rounds once where the machine can and twice
// where it cannot. Each machine does the same everywhere, so on one machine every form, wide or narrow, still gives the
// same bits.

/** c + a·b of vectors. */
// @ts-ignore: decorator
@inline
export function madd<T>(c: v128, a: v128, b: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD && sizeof<T>() == 4) return f32x4.relaxed_madd(a, b, c)
  return v128.add<T>(c, v128.mul<T>(a, b))
}

/** c + a·b of single numbers. */
// @ts-ignore: decorator
@inline
export function maddOne<T>(c: T, a: T, b: T): T {
  if (ASC_FEATURE_RELAXED_SIMD && sizeof<T>() == 4) return fused<T>(c, a, b)
  return <T>(c + <T>(a * b))
}

/** c − a·b of vectors. */
// @ts-ignore: decorator
@inline
export function minus<T>(c: v128, a: v128, b: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD && sizeof<T>() == 4) return f32x4.relaxed_nmadd(a, b, c)
  return v128.sub<T>(c, v128.mul<T>(a, b))
}

/** c − a·b of single numbers. */
// @ts-ignore: decorator
@inline
export function minusOne<T>(c: T, a: T, b: T): T {
  return ASC_FEATURE_RELAXED_SIMD && sizeof<T>() == 4 ? fused<T>(c, <T>-a, b) : <T>(c - <T>(a * b))
}

/** c − a·b of single numbers, where the rounded product a·b is at hand. */
// @ts-ignore: decorator
@inline
export function plusTerm<T>(c: T, product: T, a: T, b: T): T {
  return ASC_FEATURE_RELAXED_SIMD && sizeof<T>() == 4 ? fused<T>(c, a, b) : <T>(c + product)
}

// @ts-ignore: decorator
@inline
function fused<T>(c: T, a: T, b: T): T {
  return <T>f32x4.extract_lane(f32x4.relaxed_madd(f32x4.splat(<f32>a), f32x4.splat(<f32>b), f32x4.splat(<f32>c)), 0)
}
