import { type Optimizer, optimizer, type Transform } from './optimizer.js'

/**
 * Applies transforms, such as clipping or regularisation, in order before an optimizer; decoupled ones come behind it.
 *
 * @example
 * chain(clipByGlobalNorm(1), l2(1e-4), adam({ learningRate: 0.003 }))
 */
export const chain = (...parts: readonly [...Transform[], Optimizer]): Optimizer => {
  const last = parts[parts.length - 1] as Optimizer
  if (last?.kind !== 'optimizer')
    throw new TypeError(
      `chain: the last part is '${(last as { kind?: string })?.kind}'; expected an optimizer such as sgd() or adam().`,
    )
  const all = [...(parts.slice(0, -1) as Transform[]), ...last.transforms]
  const behind = all.filter(({ decoupled }) => decoupled)
  return optimizer([...all.filter(({ decoupled }) => !decoupled), ...behind], last)
}
