import { createBuilder } from '../circuit/build.js'
import { scalingOf } from '../features/field.js'
import { LARGEST } from '../features/refusal.js'
import { SCALED } from '../program/abi.js'
import { bytesOf, createAssembler, typeOf } from '../program/assembler.js'
import type { Parameter } from '../program/stepRows.js'
import type { Plan } from './configuration.js'
import { emitGradients } from './emitGradients.js'
import { emitColumns, emitCommit, type FieldTools } from './emitStatistics.js'
import { placeFields } from './fieldPlaces.js'
import type { Learning } from './learning.js'
import { createGraphLowering } from './lowerGraph.js'
import { mixture } from './mixture.js'
import type { Places, Program } from './places.js'
import { type Bases, basesOf, createConstants, createRegions, NO_BASES } from './regions.js'
import { noStep, type StepOutcome } from './stepSite.js'
import { withLists } from './touchedLists.js'
import { trainingGraph } from './trainingGraph.js'

/**
 * The largest magnitude of an accepted number in each type: f32 has no number beyond it, and f64 refuses what lies
 * beyond.
 */
const MOST = { f32: 3.4028234663852886e38, f64: LARGEST } as const

/**
 * Lays out and lowers a model's whole step. Its segments, in the order in which a row runs them, are:
 *
 *     encode (or encodeCommitted) → forward → link → target → loss → backward;  commit;  zero, mean and step of a
 * window
 *
 * `fits` checks columns that were copied unencoded, which is possible if all features are plain numbers.
 *
 * @param learning is given for models that learn; it adds the step, and what kernels need to learn rows in one call
 */
export const assemble = (plan: Plan, tensors: readonly Parameter[], learning?: Learning): Program => {
  // The first pass measures each region, and the second emits the code with each region at its place.
  const measured = layOut(plan, tensors, NO_BASES, learning)
  return layOut(plan, tensors, basesOf(measured.regions), learning)
}

const layOut = (plan: Plan, tensors: readonly Parameter[], bases: Bases, learning: Learning | undefined): Program => {
  const { precision, circuit, outputs } = plan
  const { rowStride } = bases
  const bytes = bytesOf(precision)
  const regions = createRegions(precision, bases.of)
  const constants = createConstants(precision, regions)
  const assembler = createAssembler(typeOf(precision))
  const { emit, segment } = assembler
  const size = tensors.reduce((total, tensor) => total + tensor.size, 0)
  regions.parameters.take(size)
  regions.gradient.take(size)
  // This holds the sum of the shards so far while the next shard's gradient is summed.
  if (plan.shards > 1) regions.shards.take(size)
  const given = (): number => regions.temporaries.take(1)
  // What a step is given about its rows lives no longer than the step: only the count of steps is state.
  const scalars = {
    steps: regions.scalars.take(1),
    batchSize: given(),
    firstRow: given(),
    inverseBatchSize: given(),
    meanLoss: given(),
    meanSquaredDelta: given(),
  }

  const fields = placeFields(plan, regions)
  const { targets, statistics, counts, x, y, weight, columns, inputs } = fields
  const features = inputs.length
  const rowLosses = regions.losses.take(1)

  const tools: FieldTools = { emit, constant: constants.scalar, scratch: (n) => regions.raw.take(n) }
  segment('encode', () => emitColumns(tools, inputs, true))
  segment('encodeCommitted', () => emitColumns(tools, inputs, false))
  segment('fits', () => emit('watch', { a: columns.start, c: constants.scalar(MOST[precision]), n: columns.total }))

  const mixed =
    plan.experts && mixture?.place({ ...scalars, plan, regions, tools, fields, rowStride, losses: rowLosses })

  const builder = createBuilder(circuit.nodes)
  const graph = trainingGraph(plan, builder, tensors)
  const listed = learning ? withLists(plan, tensors, graph, builder.nodes, regions) : tensors
  const leaves = new Map<number, number>()
  const byInput = new Map([...columns.byInput, ...(mixed?.inputs ?? [])])
  const weights = new Map(tensors.map(({ name, offset }) => [name, regions.parameters.base + offset * bytes]))
  const lowering = createGraphLowering(builder.nodes, {
    emit,
    activations: regions.activations,
    constant: constants.tensor,
    leaf: (id, { op, name = '' }) =>
      (op === 'weight' ? weights.get(name) : (leaves.get(id) ?? byInput.get(name))) as number,
  })

  const known = graph.known && regions.activations.take(outputs)
  if (graph.known) leaves.set(graph.known.id, known as number)
  segment('forward', () => {
    mixed?.emitInputs()
    lowering.lower([graph.raw.id])
  })
  const link = regions.link.take(outputs)
  segment('link', () => {
    if (known !== undefined) emit('known', { out: known, a: counts[features], n: outputs })
    lowering.lower([graph.link.id])
    for (let i = 0; i < outputs; i++) {
      // Quantiles are all in the units of the one target.
      const place = plan.loss.levels ? 0 : i
      const field = targets[place]
      const isScaled = field !== undefined && scalingOf(field) !== undefined
      emit('unscale', {
        out: link + 8 * i,
        a: lowering.address(graph.link.id) + bytes * i,
        b: isScaled ? statistics[features + place] : -1,
        flags: isScaled ? SCALED : 0,
      })
    }
  })
  // The regions up to here keep a row's activations between forward and backward.
  const forwardEnd = regions.activations.base + regions.activations.bytes

  const target = regions.activations.take(outputs)
  const rowWeight = regions.activations.take(1)
  leaves.set(graph.target.id, target)
  leaves.set(graph.weight.id, rowWeight)
  const labels = fields.labelsAt(target)
  segment('target', () => emitColumns(tools, labels, true, mixed?.wholeTargets))
  segment('loss', () => {
    lowering.lower(
      [graph.loss, graph.delta, ...graph.experts.flatMap(({ loss, delta }) => [loss, delta])].map(({ id }) => id),
    )
    mixed?.emitLosses(graph.experts, lowering)
  })
  segment('backward', () => {
    emit('cast', { out: rowWeight, a: weight, n: 1 })
    emitGradients(assembler, lowering, builder.nodes, graph, (offset) => regions.gradient.base + offset * bytes, listed)
  })
  segment('commit', () => {
    mixed?.emitColumns()
    emitCommit(tools, [...inputs, ...labels])
    mixed?.emitCommit()
  })
  segment('scores', () => mixed?.emitScores())
  const parts = learning?.partsOf(plan)
  segment('commitRest', () => {
    if (!parts?.commits('feature')) emitCommit(tools, inputs)
    if (!parts?.commits('target')) emitCommit(tools, labels)
    mixed?.emitCommit()
    mixed?.emitScores()
  })

  const outputPlace = lowering.address(graph.raw.id)
  const step: StepOutcome = learning
    ? learning.emitStep({
        ...{ plan, tensors: listed, assembler, regions, target, weight, rowStride, ...scalars },
        constant64: constants.scalar,
        learners: mixed?.learners(listed, graph.experts, lowering) ?? [
          { tensors: listed, rate: 1, outputs: outputPlace, losses: rowLosses, ...scalars },
        ],
        emitMeans: () => mixed?.emitMeans(),
        emitDrift: (states) => (states.length > 0 ? mixed?.emitDrift() : undefined) ?? states[0],
      })
    : noStep(regions.temporaries.take(1))
  const rows = parts && learning?.place(plan, parts, columns.total, regions)
  const bend = plan.loss.kind === 'huber' ? constants.tensor([(plan.loss as { delta?: number }).delta as number]) : -1
  const places: Places = {
    ...{ x, y, weight, forwardEnd, target, link, counts, statistics, ...scalars, ...step },
    columns: columns.start,
    inputs: byInput,
    initials: [...step.initials, ...(mixed?.initials ?? [])],
    experts: mixed?.places(graph.experts, lowering),
    outputs: outputPlace,
    loss: lowering.address(graph.loss.id),
    delta: lowering.address(graph.delta.id),
    losses: rowLosses,
    huberDelta: bend,
    lists: listed.flatMap(({ touched }) => (touched ? [touched.list] : [])),
  }
  const { code, segments } = assembler.finish()
  const site = { plan, tensors, regions, places, segments, constant: constants.scalar }
  const words = parts && rows && learning?.words(site, parts, rows)
  return {
    ...{ precision, regions, segments, places, rowStride },
    code: words ? joined(code, words) : code,
    rows: words && code.length,
    rowStart: regions.raw.base,
    constants: constants.all,
  }
}

const joined = (code: Int32Array, words: Int32Array): Int32Array => {
  const all = new Int32Array(code.length + words.length)
  all.set(code)
  all.set(words, code.length)
  return all
}
