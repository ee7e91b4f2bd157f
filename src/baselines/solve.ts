/**
 * Solves (A + ridge·D) x = b for a symmetric positive A, of which the lower half is given row by row, with D its
 * diagonal, by Cholesky's method. What A says nothing about becomes 0.
 */
export function solve(a: readonly number[], b: readonly number[], size: number, ridge: number): number[] {
  const l: number[] = new Array(size * size).fill(0)
  const x = [...b]
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = a[i * size + j]
      if (i === j) sum += ridge * a[i * size + i]
      for (let k = 0; k < j; k += 1) sum -= l[i * size + k] * l[j * size + k]
      if (i === j) l[i * size + i] = sum > 0 ? Math.sqrt(sum) : 0
      else l[i * size + j] = l[j * size + j] > 0 ? sum / l[j * size + j] : 0
    }
    let sum = x[i]
    for (let k = 0; k < i; k += 1) sum -= l[i * size + k] * x[k]
    x[i] = l[i * size + i] > 0 ? sum / l[i * size + i] : 0
  }
  for (let i = size - 1; i >= 0; i -= 1) {
    let sum = x[i]
    for (let k = i + 1; k < size; k += 1) sum -= l[k * size + i] * x[k]
    x[i] = l[i * size + i] > 0 ? sum / l[i * size + i] : 0
  }
  return x
}
