import { cos64, sin64 } from './elementary/index.js'
import { bringKernels } from './interpret.js'

const TWO_PI = 6.283185307179586

/** Gives the interpreter `cyclic`. It is apart because its half a kilobyte of sine and cosine serves few programs. */
export const bringCyclic = (): void =>
  bringKernels(({ shift }) => ({
    /** sin and cos of 2πx/period; a missing x gives (0, 0). */
    cyclic: (v, d, out, a, _b, c) => {
      const [x, period] = [d[a >> 3], d[c >> 3]]
      const turn = x / period - Math.floor(x / period)
      v[out >> shift] = !Number.isNaN(x) ? sin64(TWO_PI * turn) : 0
      v[(out >> shift) + 1] = !Number.isNaN(x) ? cos64(TWO_PI * turn) : 0
    },
  }))
