import { F64 } from './abi.js'
import type { Emit, Opcode, Operands } from './bytecode.js'
import { KEPT, type Parameter, type Scalar, type StepPlaces, type StepRows, type Vector } from './stepRows.js'

export type Stretch = Pick<Parameter, 'offset' | 'size' | 'touched'>

/** Joins neighbouring tensors, so that a rule over θ is one instruction; a tensor whose rows are listed stays alone. */
export const merge = (tensors: readonly Parameter[]): readonly Stretch[] => {
  const stretches: { offset: number; size: number; touched?: Stretch['touched'] }[] = []
  for (const { offset, size, touched } of tensors) {
    const last = stretches[stretches.length - 1]
    if (last && !last.touched && !touched && last.offset + last.size === offset) last.size += size
    else stretches.push({ offset, size, touched })
  }
  return stretches
}

/**
 * Emits an instruction over a stretch, whose vectors' addresses it is given; where rows are listed, over those alone.
 */
export const emitOver = (
  emit: Emit,
  { size, touched }: Stretch,
  opcode: 'fill' | 'scaleBy' | 'guard' | 'adaptive' | 'descend',
  operands: Operands,
): void => {
  if (touched) emit('touched', { a: touched.list, n: touched.rows })
  emit(opcode, { ...operands, n: touched ? size / touched.rows : size })
}

/** 2⁻¹²⁰, a little above the numbers that are subnormal in f32. */
const LEAST = 7.52316384526264e-37

export interface StepProgram {
  readonly rows: StepRows
  /** Says whose rows are emitted from here on: two transforms may give their slots the same name. */
  readonly emitFor: (transform: number) => void
  /** What the step is multiplied by, if anything. */
  readonly multiplier: () => Scalar | undefined
}

export const createStepRows = (places: StepPlaces): StepProgram => {
  const { emit, precision, slots, scratches } = places
  const bytes = precision === 'f32' ? 4 : 8
  let multiplier: Scalar | undefined
  let owner = 0

  const scalarOf = (x: Scalar | number): Scalar => (typeof x === 'number' ? { address: places.constant(x) } : x)
  const once = (held: Map<string, Vector>, name: string, take: (name: string) => number): Vector => {
    const vector = held.get(name) ?? { address: take(name) }
    held.set(name, vector)
    return vector
  }
  const scalarOp =
    (opcode: Opcode) =>
    (a: Scalar | number, b: Scalar | number = a): Scalar => {
      const out = places.temporary()
      emit(opcode, { out, a: scalarOf(a).address, b: scalarOf(b).address, n: 1, type: F64 })
      return { address: out }
    }
  const multiply = (by: Scalar): void => {
    multiplier = multiplier ? scalarOp('mul')(multiplier, by) : by
  }

  const rowsOver = (tensors: readonly Parameter[]): StepRows => {
    const ranges = merge(tensors.filter(({ frozen }) => !frozen))
    const vectorOp =
      (opcode: Opcode) =>
      (out: Vector, a: Vector, b?: Vector): void => {
        for (const { offset, size } of ranges) {
          const at = offset * bytes
          emit(opcode, { out: out.address + at, a: a.address + at, ...(b && { b: b.address + at }), n: size })
        }
      }
    const withScalar =
      (opcode: Opcode, least?: number) =>
      (out: Vector, a: Vector, by: Scalar | number): void => {
        const b = scalarOf(by).address
        const c = least ? places.constant(least) : -1
        for (const { offset, size } of ranges)
          emit(opcode, { out: out.address + offset * bytes, a: a.address + offset * bytes, b, c, n: size })
      }
    return {
      gradient: { address: places.gradient },
      parameters: { address: places.parameters },
      steps: { address: places.steps },
      meanSquaredDelta: { address: places.meanSquaredDelta },
      tensors,
      slot: (name) => once(slots, `${owner} ${name}`, places.slot),
      scratch: (name) => once(scratches, name, places.scratch),
      state: (name, initial) => ({ address: places.state(name, initial) }),
      constant: scalarOf,
      only: (wanted) => rowsOver(tensors.filter(wanted)),
      copy: vectorOp('copy'),
      add: vectorOp('add'),
      sub: vectorOp('sub'),
      mul: vectorOp('mul'),
      div: vectorOp('div'),
      sqrt: vectorOp('sqrt'),
      mulAdd: vectorOp('mulAdd'),
      scale: withScalar('scaleBy'),
      decay: withScalar('scaleBy', LEAST),
      shift: withScalar('shiftBy'),
      adaptive: (sumOfSquares, g, { keep, epsilon, divisor }) => {
        const product = places.temporary()
        const [b, k] = [scalarOf(keep).address, scalarOf(epsilon).address]
        emit('fill', { out: product, n: 1, type: F64 })
        for (const fanIn of new Set(tensors.map((tensor) => tensor.fanIn)))
          for (const stretch of merge(tensors.filter((tensor) => tensor.fanIn === fanIn && !tensor.frozen))) {
            const at = stretch.offset * bytes
            const [out, a] = [g.address + at, sumOfSquares.address + at]
            emitOver(emit, stretch, 'adaptive', { out, a, b, c: product, m: scalarOf(divisor(fanIn)).address, k })
          }
        return { address: product }
      },
      descend: (by, reach, further) =>
        ranges.forEach((stretch, i) => {
          const at = stretch.offset * bytes
          const [out, a] = [places.parameters + at, places.gradient + at]
          emitOver(emit, stretch, 'descend', {
            ...{ out, a, b: by.address, c: reach.address },
            flags: further || i > 0 ? 1 : 0,
          })
        }),
      dot: (a, b) => {
        const out = places.temporary()
        emit('fill', { out, n: 1, type: F64 })
        for (const { offset, size } of ranges)
          emit('dot', { out, a: a.address + offset * bytes, b: b.address + offset * bytes, n: size })
        return { address: out }
      },
      scalars: {
        add: scalarOp('add'),
        sub: scalarOp('sub'),
        mul: scalarOp('mul'),
        div: scalarOp('div'),
        max: scalarOp('max'),
        min: scalarOp('min'),
        sqrt: scalarOp('sqrt'),
      },
      scalar: (opcode, a, b) => scalarOp(opcode)(a, b),
      multiply,
      boundShare: (product) => {
        const out = places.temporary()
        places.bound(out, product.address)
        return { address: out }
      },
      driftShare: () => {
        const state = places.driftState()
        return { share: { address: state + KEPT }, watch: () => places.drift(state) }
      },
    }
  }
  const emitFor = (transform: number): void => {
    owner = transform
  }
  return { rows: rowsOver(places.tensors), emitFor, multiplier: () => multiplier }
}
