import type { Precision } from '../values.js'
import { DRIFT, F64 } from './abi.js'
import type { Emit, Opcode, Operands } from './bytecode.js'
import type { Tensor } from './tensor.js'

/** The number of bytes before the share of G that the drift rule keeps. */
export const KEPT: number = 8 * DRIFT.kept

/** A vector as long as θ, such as ∇, a slot or scratch. */
export interface Vector {
  readonly address: number
}
/** One f64 of the step's arithmetic. */
export interface Scalar {
  readonly address: number
}
/** A tensor of θ, with what the rules need to know of it. */
export interface Parameter extends Tensor {
  readonly fanIn: number
  readonly frozen: boolean
  /**
   * Where its rows that a window touches are listed, and how many rows it has; undefined means that all are touched.
   */
  readonly touched?: { readonly list: number; readonly rows: number } | undefined
}

/**
 * What an optimizer is written with: vectors as long as θ, which are worked on in place, and f64 scalars. Each call
 * emits a row of the step program and computes nothing. Frozen parameters are left out of every vector row.
 */
export interface StepRows {
  /** Starts as ∇; what it holds at the end is multiplied by η and subtracted from θ. */
  readonly gradient: Vector
  readonly parameters: Vector
  /** The number of steps taken before this one. */
  readonly steps: Scalar
  /** (1/b) Σ wᵢ |rᵢ|², r = ∂l/∂output. */
  readonly meanSquaredDelta: Scalar
  readonly tensors: readonly Parameter[]
  /** A vector that starts as zeros, persists from step to step, and is saved. */
  slot(name: string): Vector
  /** A vector for use within the step. */
  scratch(name: string): Vector
  /** An f64 that persists from step to step, and is saved. */
  state(name: string, initial: number): Scalar
  constant(value: number): Scalar
  /** The same rows, restricted to the tensors for which `wanted` is true. */
  only(wanted: (tensor: Parameter) => boolean): StepRows
  copy(out: Vector, a: Vector): void
  add(out: Vector, a: Vector, b: Vector): void
  sub(out: Vector, a: Vector, b: Vector): void
  mul(out: Vector, a: Vector, b: Vector): void
  div(out: Vector, a: Vector, b: Vector): void
  sqrt(out: Vector, a: Vector): void
  /** out += a·b */
  mulAdd(out: Vector, a: Vector, b: Vector): void
  scale(out: Vector, a: Vector, by: Scalar | number): void
  shift(out: Vector, a: Vector, by: Scalar | number): void
  /** G ← s·G + g², g ← g / ((√G + ε)·r); returns ⟨g before, g after⟩. */
  adaptive(sumOfSquares: Vector, g: Vector, settings: AdaptiveSettings): Scalar
  /**
   * θ ← θ − s·u for parameters and gradient; `reach` becomes the largest |θ|, or with `further` the larger of that and
   * itself.
   */
  descend(by: Scalar, reach: Scalar, further: boolean): void
  /** ⟨a, b⟩ in f64. */
  dot(a: Vector, b: Vector): Scalar
  /** f64 arithmetic on scalars. */
  readonly scalars: Record<
    'add' | 'sub' | 'mul' | 'div' | 'max' | 'min',
    (a: Scalar | number, b: Scalar | number) => Scalar
  > &
    Record<'sqrt', (a: Scalar) => Scalar>
  /** Applies any instruction on two scalars in the same way; `power` is one. */
  scalar(opcode: Opcode, a: Scalar | number, b: Scalar | number): Scalar
  /** Multiplies the step that is about to be taken. */
  multiply(by: Scalar): void
  /** The overshoot bound's share for c = ⟨g, u⟩: see `bound`. */
  boundShare(product: Scalar): Scalar
  /** Runs the drift rule over this step's losses; returns the share of G to keep at the next step. */
  driftShare(): { readonly share: Scalar; watch(): void }
}

export interface AdaptiveSettings {
  /** s, the share of G that is kept. */
  readonly keep: Scalar | number
  readonly epsilon: number
  /** r for a layer, computed from the fan-in of its tensors. */
  divisor(fanIn: number): number
}

/** Where the rows of a step find their memory, as addresses in bytes. */
export interface StepPlaces {
  readonly precision: Precision
  readonly emit: Emit
  readonly tensors: readonly Parameter[]
  readonly parameters: number
  readonly gradient: number
  readonly steps: number
  readonly meanSquaredDelta: number
  /** Memory of four kinds, reserved in the order of the calls. */
  slot(name: string): number
  scratch(name: string): number
  state(name: string, initial: number, length?: number): number
  constant(value: number): number
  temporary(): number
  /** Emits `bound` and `drift` together with what they read of the rows. */
  bound(out: number, product: number): void
  drift(state: number): void
  driftState(): number
}

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

export interface StepProgram {
  readonly rows: StepRows
  /** What the step is multiplied by, if anything. */
  readonly multiplier: () => Scalar | undefined
}

export const createStepRows = (places: StepPlaces): StepProgram => {
  const { emit, precision } = places
  const bytes = precision === 'f32' ? 4 : 8
  const slots = new Map<string, Vector>()
  const scratches = new Map<string, Vector>()
  let multiplier: Scalar | undefined

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
      (opcode: Opcode) =>
      (out: Vector, a: Vector, by: Scalar | number): void => {
        const b = scalarOf(by).address
        for (const { offset, size } of ranges)
          emit(opcode, { out: out.address + offset * bytes, a: a.address + offset * bytes, b, n: size })
      }
    return {
      gradient: { address: places.gradient },
      parameters: { address: places.parameters },
      steps: { address: places.steps },
      meanSquaredDelta: { address: places.meanSquaredDelta },
      tensors,
      slot: (name) => once(slots, name, places.slot),
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
  return { rows: rowsOver(places.tensors), multiplier: () => multiplier }
}
