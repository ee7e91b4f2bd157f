import type { ModelConfig } from '../../src/compile/configuration.js'
import type { Fields } from '../../src/features/field.js'
import { numeric } from '../../src/features/numeric.js'
import { dense } from '../../src/layers/dense.js'
import { squared } from '../../src/losses/index.js'
import type { Model } from '../../src/model.js'
import { sgd } from '../../src/optimizers/index.js'
import type { Row } from '../../src/values.js'

export const ROWS = 2000

/** A net of 8-16-1 with tanh. With 'wasm', it throws where WebAssembly is not available. */
export const netConfig = (executor?: 'wasm' | 'interpreter'): ModelConfig<Fields, Fields> => ({
  features: Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`x${i}`, numeric()])),
  target: { y: numeric() },
  layers: [dense(16, 'tanh'), dense(1)],
  loss: squared(),
  optimizer: sgd({ learningRate: 0.02 }),
  ...(executor && { executor }),
})

/** Numbers that look random, and are the same on every host. */
export const rowAt = (i: number): Row => {
  const x = Array.from({ length: 8 }, (_, j) => ((i * 8 + j + 1) * 7919 * 104729) % 9973)
  const y = (x[0] as number) * (x[1] as number) - 5000 * (x[2] as number)
  return { ...Object.fromEntries(x.map((value, j) => [`x${j}`, value / 7])), y }
}

/** Returns the SHA-256 of θ's bytes in hex. */
export const hashOf = async ({ parameters: { buffer } }: Model): Promise<string> =>
  [...new Uint8Array(await crypto.subtle.digest('SHA-256', buffer as ArrayBuffer))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
