// Checks of a vector as a whole, which decide whether a faster way may be taken.

/** Says whether all bytes are 0, as those of +0 are. */
export function isZero(x: usize, bytes: usize): bool {
  const end = x + bytes
  for (; x + 64 <= end; x += 64) {
    const first = v128.or(v128.load(x), v128.load(x, 16))
    if (v128.any_true(v128.or(first, v128.or(v128.load(x, 32), v128.load(x, 48))))) return false
  }
  for (; x < end; x += 4) if (load<u32>(x) != 0) return false
  return true
}

/** x − x is +0, or NaN where x is not finite; gathering such bits is faster than adding the numbers up. */
// @ts-ignore: decorator
@inline
function zeroOrNaN<T>(x: v128): v128 {
  return v128.sub<T>(x, x)
}

export function finite<T>(x: usize, n: i32): bool {
  const end = x + <usize>n * sizeof<T>()
  let all = v128.splat<T>(<T>0)
  for (; x + 64 <= end; x += 64) {
    const first = v128.or(zeroOrNaN<T>(v128.load(x)), zeroOrNaN<T>(v128.load(x, 16)))
    all = v128.or(all, v128.or(first, v128.or(zeroOrNaN<T>(v128.load(x, 32)), zeroOrNaN<T>(v128.load(x, 48)))))
  }
  for (; x + 16 <= end; x += 16) all = v128.or(all, zeroOrNaN<T>(v128.load(x)))
  if (v128.any_true(v128.ne<T>(all, all))) return false
  for (; x < end; x += sizeof<T>()) if (!(abs<T>(load<T>(x)) < <T>Infinity)) return false
  return true
}
