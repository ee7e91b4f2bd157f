import type { NodeValue } from '../../explain/leaves.js'
import type { View } from '../page/view.js'
import type { Diagram, Wire } from './diagram.js'

/** The numbers of a wire, as far as they are known. */
export interface Flow {
  /** The weight on it, or ∂to/∂from if it has none. */
  readonly forward: number | undefined
  /** The share of the gradient that flows back along it. */
  readonly backward: number | undefined
  /** ∂loss/∂weight, if a weight is on it. */
  readonly gradient: number | undefined
}

/** Returns a scalar, or the element of a tensor that is farthest from 0. */
export const scalarOf = (value: NodeValue | undefined): number | undefined =>
  value === undefined || typeof value === 'number'
    ? value
    : value.reduce((most, x) => (Math.abs(x) > Math.abs(most) ? x : most), 0)

/** Returns the largest finite |x| among numbers. It is above 0, so that one can divide by it. */
export const mostOf = (numbers: Iterable<number | undefined>): number => {
  let most = 1e-12
  for (const x of numbers) {
    const size = Math.abs(x ?? 0)
    if (size > most && size < Infinity) most = size
  }
  return most
}

/** Returns the value of a scalar weight in θ. */
export const weightOf = ({ description, publication }: View, name: string): number | undefined => {
  const tensor = description.layout.find((each) => each.name === name)
  return tensor && publication?.parameters[tensor.offset]
}

export const flowsOf = ({ vertices, wires }: Diagram, view: View): readonly Flow[] => {
  const { inspection } = view
  const key = (from: string, to: string): string => `${from}\n${to}`
  const locals = new Map<string, number>()
  const shares = new Map<string, number>()
  for (const { from, to, local, contribution } of inspection?.edges ?? []) {
    const at = key(from, to)
    if (local !== undefined) locals.set(at, (locals.get(at) ?? 0) + local)
    shares.set(at, (shares.get(at) ?? 0) + (scalarOf(contribution) ?? 0))
  }
  /** Returns the gradient that an output gets from the loss itself, without what comes through other nodes. */
  const fromLoss = (node: string): number | undefined => {
    const all = inspection && scalarOf(inspection.gradient(node))
    const rest = wires.filter((wire) => vertices[wire.from]?.node === node && vertices[wire.to]?.kind !== 'loss')
    return rest.reduce<number | undefined>(
      (left, wire) => left && left - (shares.get(key(node, vertices[wire.to]?.node ?? '')) ?? 0),
      all,
    )
  }

  return wires.map(({ from, to, weight }: Wire): Flow => {
    const [source, target] = [vertices[from], vertices[to]]
    if (target.kind === 'loss') {
      const share = view.labelled && source.kind === 'output' ? fromLoss(source.node) : undefined
      return { forward: undefined, backward: share, gradient: undefined }
    }
    const at = key(source.node, target.node)
    return {
      forward: weight === undefined ? locals.get(at) : weightOf(view, weight),
      backward: shares.get(at),
      gradient: weight === undefined ? undefined : shares.get(key(weight, target.node)),
    }
  })
}
