import { shown } from '../options/shown.js'
import { type Optimizer, optimizer, type Transform } from './optimizer.js'

/**
 * Applies transforms, such as clipping or regularisation, in order before an optimizer; decoupled ones come behind it.
 *
 * @example
 * chain(clipByGlobalNorm(1), l2(1e-4), adam({ learningRate: 0.003 }))
 */
export const chain = (...parts: readonly [...Transform[], Optimizer]): Optimizer => {
  const before = parts.slice(0, -1) as Transform[]
  const last = parts[parts.length - 1] as Optimizer
  if (last?.kind !== 'optimizer' || !Array.isArray(last.transforms))
    throw new TypeError(
      `chain: the last part is ${shown((last as { kind?: unknown } | undefined)?.kind ?? last)}; expected an optimizer such as sgd() or adam().`,
    )
  for (const part of [...before, ...last.transforms])
    if (typeof part?.kind !== 'string' || typeof part.emit !== 'function')
      throw new TypeError(
        `chain: a part is ${shown(part)}; expected a transform, such as clipByGlobalNorm(1) or l2(1e-4).`,
      )
  const all = [...before, ...last.transforms]
  const behind = all.filter(({ decoupled }) => decoupled)
  return optimizer([...all.filter(({ decoupled }) => !decoupled), ...behind], last)
}
