import {
  CUT_LOSSES,
  DRIFT,
  DRIFT_CUT,
  DRIFT_FAR,
  DRIFT_FAST,
  DRIFT_KEPT,
  DRIFT_LEAST,
  DRIFT_SETTLES,
  DRIFT_SKEW,
  DRIFT_SLOW,
  DRIFT_START,
  DRIFT_VARIANCE,
  DRIFT_WAIT,
  LOSSES,
  WHOLE_LOSSES,
} from './abi.js'
import type { Kernel } from './kernel.js'

const { fast, slow, variance, third, mean, noise, skew } = LOSSES

/**
 * Watches the model's own loss of each of d[m] rows (the first at d[k] bytes behind a, the others n bytes apart), in
 * order and capped at c. Where its fast mean is further above the slow one than by chance, as `rules.ts` says, it
 * fires, and a tenth of G is kept.
 */
export const drift: Kernel = (_v, d, _out, a, b, c, n, m, k) => {
  const s = d.subarray(b >> 3)
  const { rows, kept, limit, largest, settledAt, firedAt } = DRIFT
  s[kept] = 1
  for (let i = 0; i < d[m >> 3]; i++) {
    const whole = Math.min(d[(a + d[k >> 3] + i * n) >> 3], d[c >> 3])
    const t = ++s[rows]
    const settles = t - s[settledAt] >= DRIFT_SETTLES
    let far = false
    for (const isCut of [false, true]) {
      const p = s.subarray(isCut ? CUT_LOSSES : WHOLE_LOSSES)
      // The cut begins when the losses have settled once, so that no wild loss before that is a part of it.
      const age = isCut ? t - DRIFT_SETTLES : t
      if (age < 1) continue
      const l = isCut ? Math.min(whole, s[limit]) : whole
      const share = Math.max(1 / age, DRIFT_SLOW)
      const delta = l - p[slow]
      p[fast] += DRIFT_FAST * (l - p[fast])
      p[slow] += share * delta
      p[variance] += share * (delta * delta - p[variance])
      p[third] += share * (delta * delta * delta - p[third])
      if (age < DRIFT_START) p[fast] = p[slow]
      if (settles) {
        p[mean] = p[slow]
        p[noise] = DRIFT_VARIANCE * p[variance]
        p[skew] = p[third] > 0 ? (DRIFT_SKEW * p[third]) / p[variance] : 0
      }
      const e = p[fast] - p[mean]
      far ||=
        age > DRIFT_WAIT && e > DRIFT_LEAST * s[largest] && e * e > DRIFT_FAR * DRIFT_FAR * (p[noise] + p[skew] * e)
    }
    if (settles) {
      s[settledAt] = t
      s[largest] = Math.max(s[largest], s[WHOLE_LOSSES + mean])
      s[limit] = s[WHOLE_LOSSES + mean] + DRIFT_CUT * Math.sqrt(s[WHOLE_LOSSES + variance])
    }
    if (far && t - s[firedAt] >= DRIFT_WAIT) {
      s[firedAt] = t
      s[kept] *= DRIFT_KEPT
      s[DRIFT.firings]++
    }
  }
}
