import type { Experts } from '../experts/expert.js'
import type { NetExpert } from '../experts/net.js'
import { type Fields, scalingOf } from '../features/field.js'
import type { Layer } from '../layers/layer.js'
import type { LossFunction } from '../losses/index.js'

/** The activations that reach only some numbers, by name, and which. */
const RANGES: Readonly<Record<string, string>> = {
  relu: 'no number below 0',
  softplus: 'no number below 0',
  sigmoid: 'only numbers between 0 and 1',
  tanh: 'only numbers between -1 and 1',
  gelu: 'no number below -0.17',
  silu: 'no number below -0.28',
}
/** The losses of this library for numbers: they pull an output to its target, wherever that is. */
const OWN = ['squared', 'absolute', 'huber', 'logCosh', 'quantile', 'epsilonInsensitive']

interface Given {
  readonly layers?: readonly Layer[] | undefined
  readonly experts?: Experts | undefined
  readonly target?: Fields | undefined
  readonly loss?: LossFunction | undefined
}

/**
 * Refuses layers that end in an activation which reaches only part of a scaled target: its mean is 0 and its deviation
 * 1, so that half of it lies below 0. An unscaled target, a loss of one's own and a circuit may mean just that.
 */
export const checkReach = ({ layers, experts = {}, target = {}, loss }: Given): void => {
  const scaled = Object.entries(target).find(([, field]) => scalingOf(field))?.[0]
  if (scaled === undefined || (loss !== undefined && !OWN.includes(loss.kind))) return
  const stacks: [string, readonly Layer[]][] = [
    ...(layers ? [['', layers] as [string, readonly Layer[]]] : []),
    ...Object.entries(experts).map(([name, expert]): [string, readonly Layer[]] => [
      ` of expert '${name}'`,
      (Object(expert) as Partial<NetExpert>).net ?? [],
    ]),
  ]
  for (const [of, stack] of stacks) {
    const { ends = '', units } = (stack[stack.length - 1] ?? {}) as Layer & { readonly units?: number }
    if (Object.hasOwn(RANGES, ends))
      throw new RangeError(
        `createModel: the last layer${of} ends in '${ends}', which reaches ${RANGES[ends]}, but the target '${scaled}' is scaled to a mean of 0; end in dense(${units ?? 1}), or leave the target unscaled, as in numeric({ scale: 'none' }).`,
      )
  }
}
