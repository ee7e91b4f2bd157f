import { F64, TOUCHES } from './abi.js'
import { bytesOf } from './assembler.js'
import type { Emit, Opcode, Operands } from './bytecode.js'
import { KEPT, type Parameter, type Scalar, type StepPlaces, type StepRows, type Vector } from './stepRows.js'

type Stretch = Pick<Parameter, 'offset' | 'size' | 'touched'>

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

/** The operands of an instruction that are vectors as long as θ. */
export type Vectors = { readonly [K in keyof typeof TOUCHES]?: Vector | undefined }

/** Emits an instruction over stretches of vectors; where rows are listed, over those alone. */
export const emitOver = (
  emit: Emit,
  bytes: number,
  stretches: readonly Stretch[],
  opcode: Opcode,
  vectors: Vectors,
  operands?: Operands,
): void => {
  for (const { offset, size, touched } of stretches) {
    const placed: Record<string, number> = { ...operands, n: touched ? size / touched.rows : size }
    let flags = 0
    for (const [word, flag] of Object.entries(TOUCHES)) {
      const vector = vectors[word as keyof typeof TOUCHES]
      if (!vector) continue
      placed[word] = vector.address + offset * bytes
      flags += flag
    }
    if (touched) emit('touched', { a: touched.list, n: touched.rows, flags })
    emit(opcode, placed)
  }
}

/** Gives each of these instructions under its own name. */
const named = <K extends Opcode, F>(opcodes: readonly K[], of: (opcode: K) => F): Record<K, F> =>
  Object.fromEntries(opcodes.map((opcode) => [opcode, of(opcode)])) as Record<K, F>

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
  const { emit, slots, scratches } = places
  const bytes = bytesOf(places.plan.precision)
  let multiplier: Scalar | undefined
  let owner = 0

  const scalarOf = (x: Scalar | number): Scalar => (typeof x === 'number' ? { address: places.constant(x) } : x)
  const once = (held: Map<string, Vector>, name: string, take: (name: string) => number): Vector => {
    const vector = held.get(name) ?? { address: take(name) }
    held.set(name, vector)
    return vector
  }
  const temporary = (): Scalar => ({ address: places.temporary() })
  const scalarOp =
    (opcode: Opcode) =>
    (a: Scalar | number, b: Scalar | number = a): Scalar => {
      const out = temporary()
      emit(opcode, { out: out.address, a: scalarOf(a).address, b: scalarOf(b).address, n: 1, type: F64 })
      return out
    }
  /** Returns an f64 to which instructions can add. */
  const sum = (): Scalar => {
    const out = temporary()
    emit('fill', { out: out.address, n: 1, type: F64 })
    return out
  }
  const multiply = (by: Scalar): void => {
    multiplier = multiplier ? scalarOp('mul')(multiplier, by) : by
  }
  const over = (stretches: readonly Stretch[], opcode: Opcode, vectors: Vectors, operands?: Operands): void =>
    emitOver(emit, bytes, stretches, opcode, vectors, operands)

  const rowsOver = (tensors: readonly Parameter[]): StepRows => {
    const moving = tensors.filter(({ frozen }) => !frozen)
    const ranges = merge(moving)
    const each = (opcode: Opcode, out: Vector, a: Vector, b?: Vector, c?: Vector): void =>
      over(ranges, opcode, { out, a, b, c })
    const vectorOp =
      (opcode: Opcode) =>
      (...vectors: [Vector, Vector, Vector?]): void =>
        each(opcode, ...vectors)
    const withScalar =
      (opcode: Opcode, least?: number) =>
      (out: Vector, a: Vector, by: Scalar | number): void => {
        const b = scalarOf(by).address
        over(ranges, opcode, { out, a }, { b, c: least ? places.constant(least) : -1 })
      }
    const gradient = { address: places.gradient }
    const parameters = { address: places.parameters }
    return {
      gradient,
      parameters,
      steps: { address: places.steps },
      meanSquaredDelta: { address: places.meanSquaredDelta },
      tensors,
      site: places,
      slot: (name) => once(slots, `${owner} ${name}`, places.slot),
      scratch: (name) => once(scratches, name, places.scratch),
      state: (name, initial) => ({ address: places.state(name, initial) }),
      constant: scalarOf,
      only: (wanted) => rowsOver(tensors.filter(wanted)),
      each,
      ...named(['copy', 'add', 'sub', 'mul', 'div', 'sqrt', 'mulAdd'], vectorOp),
      scale: withScalar('scaleBy'),
      decay: withScalar('scaleBy', LEAST),
      shift: withScalar('shiftBy'),
      adaptive: (sumOfSquares, g, { keep, epsilon, divisor }) => {
        const product = sum()
        const [b, k] = [scalarOf(keep).address, scalarOf(epsilon).address]
        for (const fanIn of new Set(tensors.map((tensor) => tensor.fanIn)))
          over(
            merge(moving.filter((tensor) => tensor.fanIn === fanIn)),
            'adaptive',
            { out: g, a: sumOfSquares },
            { b, c: product.address, m: scalarOf(divisor(fanIn)).address, k },
          )
        return product
      },
      descend: (by, reach, further) =>
        ranges.forEach((stretch, i) => {
          const flags = further || i > 0 ? 1 : 0
          over([stretch], 'descend', { out: parameters, a: gradient }, { b: by.address, c: reach.address, flags })
        }),
      dot: (a, b) => {
        const out = sum()
        over(ranges, 'dot', { a, b }, { out: out.address })
        return out
      },
      scalars: named(['add', 'sub', 'mul', 'div', 'max', 'min', 'sqrt'], scalarOp),
      scalar: (opcode, a, b) => scalarOp(opcode)(a, b),
      multiply,
      boundShare: (product) => {
        const out = temporary()
        places.bound(out.address, product.address)
        return out
      },
      driftShare: () => {
        const state = places.driftState()
        return { share: { address: state + KEPT }, watch: () => places.drift(state) }
      },
    }
  }
  return {
    rows: rowsOver(places.tensors),
    emitFor: (transform) => {
      owner = transform
    },
    multiplier: () => multiplier,
  }
}
