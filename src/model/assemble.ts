import { reverse } from '../autodiff/reverse.js'
import { type Builder, createBuilder, type Expression } from '../circuit/build.js'
import { type Node, sizeOf } from '../circuit/graph.js'
import { F64 } from '../program/bytecode.js'
import {
  align,
  bytesOf,
  type Constant,
  createAssembler,
  createGraphLowering,
  createRegion,
  type Region,
  typeOf,
} from '../program/lower.js'
import { ADVANCE, EXPONENTIAL, SCALED } from '../program/statistics.js'
import type { Parameter } from '../program/stepRows.js'
import type { Field, Fields, Precision } from '../types.js'
import { columnsOf, type Plan } from './configuration.js'
import { emitStep } from './emitStep.js'

/** The stretches of an arena, in their order. */
const REGIONS = [
  'parameters',
  'gradient',
  'slots',
  'scalars',
  'statistics',
  'constants',
  'constants64',
  'scratch',
  'temporaries',
  'raw',
  'activations',
  'link',
  'losses',
] as const
export type RegionName = (typeof REGIONS)[number]
const OF_F64: readonly RegionName[] = ['scalars', 'statistics', 'constants64', 'temporaries', 'raw', 'link', 'losses']
export type Regions = Readonly<Record<RegionName, Region>>

/** A model's step as bytecode over one arena, and where in the arena things stand (byte addresses). */
export interface Program {
  readonly precision: Precision
  readonly code: Int32Array
  readonly segments: Readonly<Record<string, readonly [from: number, to: number]>>
  readonly regions: Regions
  /** Without the rows' losses, which follow at the end and grow with the batch. */
  readonly bytes: number
  readonly constants: readonly Constant[]
  readonly places: Places
}

export interface Places {
  readonly x: number
  readonly y: number
  readonly weight: number
  /** Where a row's columns and the circuit's activations stand, and end. */
  readonly columns: number
  /** Where each input of the circuit stands. */
  readonly inputs: ReadonlyMap<string, number>
  readonly forwardEnd: number
  readonly outputs: number
  readonly target: number
  readonly link: number
  readonly loss: number
  readonly delta: number
  /** Of each category field, features first, then the target: the f64 count of names it knows; −1 for other fields. */
  readonly counts: readonly number[]
  /** f64: n, μ, σ² of each scaled field, features first, then the targets; −1 for other fields. */
  readonly scalers: readonly number[]
  /** f64 scalars of the step. */
  readonly steps: number
  readonly batchSize: number
  readonly inverseBatchSize: number
  readonly meanLoss: number
  readonly meanSquaredDelta: number
  readonly losses: number
  readonly rates: ReadonlyMap<string, number>
  readonly rate: number
  readonly currentRate: number
  readonly drift: number | undefined
  readonly initials: readonly { readonly address: number; readonly value: number }[]
}

const isScaled = (field: Field): boolean => field.kind === 'numeric' && field.scale !== 'none'

/**
 * Lays out and lowers a model's whole step. The segments, in the order of a row:
 *
 *     encode (or encodeCommitted) → forward → link → target → loss → backward;  commit;  then mean → step
 */
export const assemble = (plan: Plan, tensors: readonly Parameter[]): Program => {
  // once to learn how long each region is, once with each at its place
  const measured = layOut(plan, tensors, () => 0)
  let base = 0
  const bases = Object.fromEntries(
    REGIONS.map((name) => {
      const at = base
      base = align(base + measured.regions[name].bytes)
      return [name, at]
    }),
  )
  return layOut(plan, tensors, (name) => bases[name] as number)
}

const layOut = (plan: Plan, tensors: readonly Parameter[], baseOf: (name: RegionName) => number): Program => {
  const { precision, features, target, circuit } = plan
  const bytes = bytesOf(precision)
  const assembler = createAssembler(typeOf(precision))
  const { emit, segment } = assembler
  const regions = Object.fromEntries(
    REGIONS.map((name) => [name, createRegion(baseOf(name), OF_F64.includes(name) ? 8 : bytes)]),
  ) as unknown as Regions
  const constants: Constant[] = []
  const constant = (values: readonly number[]): number => {
    const address = regions.constants.take(values.length)
    constants.push({ address, type: typeOf(precision), values })
    return address
  }
  const known64 = new Map<number, number>()
  const constant64 = (value: number): number => {
    const address = known64.get(value) ?? regions.constants64.take(1)
    if (!known64.has(value)) constants.push({ address, type: F64, values: [value] })
    known64.set(value, address)
    return address
  }

  regions.parameters.take(tensors.reduce((total, { size }) => total + size, 0))
  regions.gradient.take(tensors.reduce((total, { size }) => total + size, 0))
  const scalar = (): number => regions.scalars.take(1)
  const step = {
    steps: scalar(),
    batchSize: scalar(),
    inverseBatchSize: scalar(),
    meanLoss: scalar(),
    meanSquaredDelta: scalar(),
  }

  const fields = [...Object.values(features), ...Object.values(target)]
  const scalers = fields.map((field) => (isScaled(field) ? regions.statistics.take(3) : -1))
  const counts = fields.map((field) => (field.kind === 'category' ? regions.statistics.take(1) : -1))
  const inputs = Object.keys(features).length
  const x = regions.raw.take(inputs)
  const y = regions.raw.take(fields.length - inputs)
  const weight = regions.raw.take(1)
  const columns = placeColumns(circuit.nodes, features, regions.activations)

  const encode = (advance: number): void =>
    Object.values(features).forEach((field, i) => {
      const [out, a] = [columns.addresses[i] as number, x + 8 * i]
      if (field.kind === 'category') emit('oneHot', { out, a, n: columnsOf(field) })
      else if (field.kind === 'cyclic') emit('cyclic', { out, a, c: constant64(field.period) })
      else if (field.scale === 'none') emit('cast', { out, a, n: 1 })
      else emitScale(out, a, scalers[i] as number, field, advance)
    })
  const emitScale = (out: number, a: number, b: number, field: Field & { kind: 'numeric' }, advance: number): void =>
    emit('scale', {
      out,
      a,
      b,
      c: constant64(field.clip),
      flags: (field.scale === 'exponential' ? EXPONENTIAL : 0) | advance,
    })
  segment('encode', () => encode(ADVANCE))
  segment('encodeCommitted', () => encode(0))

  const builder = createBuilder(circuit.nodes)
  const graph = trainingGraph(plan, builder, tensors)
  const weights = new Map(tensors.map(({ name, offset }) => [name, regions.parameters.base + offset * bytes]))
  const places = new Map<number, number>()
  const lowering = createGraphLowering(builder.nodes, {
    emit,
    activations: regions.activations,
    constant,
    leaf: (id, { op, name = '' }) =>
      (op === 'weight' ? weights.get(name) : (places.get(id) ?? columns.byInput.get(name))) as number,
  })

  if (graph.known) places.set(graph.known.id, regions.activations.take(plan.outputs))
  segment('forward', () => lowering.lower([graph.raw.id]))
  const link = regions.link.take(plan.outputs)
  const classCount = counts[counts.length - 1] as number
  segment('link', () => {
    if (graph.known) emit('known', { out: places.get(graph.known.id) as number, a: classCount, n: plan.outputs })
    lowering.lower([graph.link.id])
    const o = lowering.address(graph.link.id)
    for (let i = 0; i < plan.outputs; i++) {
      const b = scalers[inputs + i] ?? -1
      emit('unscale', { out: link + 8 * i, a: o + bytes * i, b, flags: b >= 0 ? SCALED : 0 })
    }
  })
  // up to here a row's activations are kept between forward and backward
  const forwardEnd = regions.activations.base + regions.activations.bytes
  const rowWeight = regions.activations.take(1)
  const targetPlace = regions.activations.take(plan.outputs)
  places.set(graph.target.id, targetPlace)
  places.set(graph.weight.id, rowWeight)

  segment('target', () =>
    Object.values(target).forEach((field, i) => {
      const [out, a] = [targetPlace + bytes * i, y + 8 * i]
      if (field.kind === 'category' && plan.outputs > 1) emit('oneHot', { out, a, n: plan.outputs })
      else if (field.kind === 'numeric' && field.scale !== 'none')
        emitScale(out, a, scalers[inputs + i] as number, field, ADVANCE)
      else emit('cast', { out, a, n: 1 })
    }),
  )
  segment('loss', () => lowering.lower([graph.loss.id, graph.delta.id]))
  segment('backward', () => {
    emit('cast', { out: rowWeight, a: weight, n: 1 })
    for (const { parameter, contribution } of graph.gradients) {
      const out = regions.gradient.base + parameter.offset * bytes
      const node = builder.nodes[contribution.id] as Node
      if (node.op === 'outer') {
        const [a, b] = node.inputs as [number, number]
        lowering.lower([a, b])
        emit('outerAdd', {
          out,
          a: lowering.address(a),
          b: lowering.address(b),
          n: node.shape[0] as number,
          m: node.shape[1] as number,
        })
      } else {
        lowering.lower([contribution.id])
        emit('add', { out, a: out, b: lowering.address(contribution.id), n: parameter.size })
      }
    }
  })
  segment('commit', () =>
    fields.forEach((field, i) => {
      if (!isScaled(field)) return
      const flags = field.kind === 'numeric' && field.scale === 'exponential' ? EXPONENTIAL : 0
      emit('commitScale', { a: i < inputs ? x + 8 * i : y + 8 * (i - inputs), b: scalers[i] as number, flags })
    }),
  )

  const outputs = lowering.address(graph.raw.id)
  const stepPlaces = emitStep({ plan, tensors, assembler, regions, constant64, outputs, target: targetPlace, ...step })
  const { code, segments } = assembler.finish()
  return {
    precision,
    code,
    segments,
    regions,
    bytes: regions.losses.base,
    constants,
    places: {
      ...{
        x,
        y,
        weight,
        columns: columns.start,
        inputs: columns.byInput,
        forwardEnd,
        outputs,
        target: targetPlace,
        link,
      },
      ...{ loss: lowering.address(graph.loss.id), delta: lowering.address(graph.delta.id), counts, scalers },
      losses: regions.losses.base,
      ...step,
      ...stepPlaces,
    },
  }
}

/** Where each feature's columns stand: one after another, so that all of them are also one vector. */
const placeColumns = (nodes: readonly Node[], features: Fields, region: Region) => {
  const start = region.base + region.bytes
  const addresses = Object.values(features).map((field) => region.take(columnsOf(field)))
  const total = Object.values(features).reduce((sum, field) => sum + columnsOf(field), 0)
  const names = Object.keys(features)
  const inputs = nodes.filter(({ op }) => op === 'input')
  const byInput = new Map(
    inputs.map(({ name = '', shape }): [string, number] => {
      // a circuit of one vector takes all columns; else an input is the feature of its name
      if (inputs.length === 1 && shape.length === 1 && shape[0] === total) return [name, start]
      const field = features[name]
      if (!field || sizeOf(shape) !== columnsOf(field))
        throw new RangeError(
          field
            ? `createModel: the circuit's input '${name}' takes ${sizeOf(shape)} numbers, and feature '${name}' gives ${columnsOf(field)}.`
            : `createModel: the circuit's input '${name}' is not a feature; the features are ${names.join(', ')}.`,
        )
      return [name, addresses[names.indexOf(name)] as number]
    }),
  )
  return { start, addresses, byInput }
}

interface TrainingGraph {
  /** The circuit's outputs as one vector, before and after unseen classes are masked. */
  readonly raw: Expression
  readonly link: Expression
  readonly target: Expression
  readonly weight: Expression
  readonly known: Expression | undefined
  readonly loss: Expression
  readonly delta: Expression
  readonly gradients: readonly { readonly parameter: Parameter; readonly contribution: Expression }[]
}

/** Beyond any logit, and finite in f32: a class that has no name yet gets the probability 0 exactly. */
const MASKED = -1e30

/** Extends the circuit by its link, its loss, and the way back. */
const trainingGraph = (plan: Plan, builder: Builder, tensors: readonly Parameter[]): TrainingGraph => {
  const { ops } = builder
  const parts = Object.values(plan.circuit.outputs).map((id) => {
    const x = builder.expression(id)
    return x.shape.length === 0 ? ops.reshape(x, [1]) : x
  })
  const raw = parts.length === 1 ? (parts[0] as Expression) : ops.concat(parts)
  const classes = plan.loss.task === 'category' && plan.outputs > 1
  const known = classes ? ops.input('#known', [plan.outputs]) : undefined
  const output = known ? ops.where(known, raw, MASKED) : raw
  const link = plan.loss.task === 'numeric' ? raw : known ? ops.exp(ops.logSoftmax(output)) : ops.sigmoid(raw)

  const target = ops.input('#target', [plan.outputs])
  const weight = ops.input('#weight')
  const loss = plan.loss.build({ ops, output, target })
  const delta = reverse(builder, new Map([[loss.id, ops.constant(1)]]), [raw.id]).adjoint.get(raw.id)
  if (!delta) throw new RangeError(`createModel: ${plan.loss.kind}() does not depend on the output.`)

  const seed = ops.mul(delta, weight)
  const parameters = new Map(
    plan.circuit.nodes.flatMap((node, id) => {
      const parameter = tensors.find(({ name }) => node.op === 'weight' && name === node.name)
      return parameter && !parameter.frozen ? [[id, parameter] as const] : []
    }),
  )
  const { edges } = reverse(builder, new Map([[raw.id, seed]]), parameters.keys(), new Set(parameters.keys()))
  const gradients = edges.flatMap(({ from, contribution }) => {
    const parameter = parameters.get(from)
    return parameter ? [{ parameter, contribution }] : []
  })
  return { raw, link, target, weight, known, loss, delta, gradients }
}
