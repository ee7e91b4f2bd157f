// c + a·b, a term of a sum, and c − a·b, a step: the one place where the two builds differ. The ordinary one rounds after
// the product and after the sum. The fast one (relaxed SIMD) rounds once where the machine can, twice where it cannot,
// and each machine does the same everywhere: so every form of them, wide or narrow, still comes to the same bits as the
// others there.

/** Of vectors. */
// @ts-ignore: decorator
@inline
export function madd<T>(c: v128, a: v128, b: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD && sizeof<T>() == 4) return f32x4.relaxed_madd(a, b, c)
  return v128.add<T>(c, v128.mul<T>(a, b))
}

/** Of a number alone. */
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

/** Of a number alone. */
// @ts-ignore: decorator
@inline
export function minusOne<T>(c: T, a: T, b: T): T {
  return ASC_FEATURE_RELAXED_SIMD && sizeof<T>() == 4 ? fused<T>(c, <T>-a, b) : <T>(c - <T>(a * b))
}

/** Of a number alone, where the rounded product a·b is at hand. */
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
