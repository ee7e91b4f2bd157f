import { reverse } from '../autodiff/reverse.js'
import { isCategory } from '../features/field.js'
import { DRIFT_SIZE, F64, RELATIVE, SCORES_SIZE } from '../program/abi.js'
import { bringExpertKernels, weightsOf } from '../program/experts.js'
import { bringNearestKernels } from '../program/nearest.js'
import { DRIFT_CAP } from './createLearners.js'
import { placeLabels } from './labelMemory.js'
import { bringMixture, type ExpertGraph, type Learner, type Mixture, type MixtureSite, WEIGHTS } from './mixture.js'
import { placeNearest } from './nearestRows.js'

const place: Mixture['place'] = (site: MixtureSite) => {
  const { plan, regions, tools, fields } = site
  const { emit } = tools
  const experts = plan.experts ?? []
  const count = experts.length
  const isClass = fields.targets.some(isCategory)

  const scores = regions.statistics.take(SCORES_SIZE + count)
  const losses = regions.losses.take(2 * count)
  const cast = regions.activations.take(count)
  const memory = placeLabels(site)
  const nearest = placeNearest(site)
  // The drift rules of the experts make these learn faster; this one tells of a drift of the model as a whole.
  const drift = regions.scalars.take(DRIFT_SIZE)
  const means = experts.map(() => ({ loss: regions.temporaries.take(1), squares: regions.temporaries.take(1) }))

  return {
    // A wild label pulls with a bounded gradient, and an expert that expects no change must not be wrong after it.
    wholeTargets: plan.loss.kind === 'huber',
    initials: memory.initials,
    inputs: new Map([[WEIGHTS, cast], ...memory.inputs, ...nearest.inputs]),
    emitInputs() {
      emit('weighExperts', { out: cast, a: scores, n: count, flags: isClass ? 0 : RELATIVE })
      memory.emitInputs()
      nearest.emitInputs()
    },
    emitLosses(graphs, { address }) {
      graphs.forEach(({ loss, delta }, i) => {
        const squares = losses + 8 * (count + i)
        emit('unscale', { out: losses + 8 * i, a: address(loss.id) })
        emit('fill', { out: squares, n: 1, type: F64 })
        emit('dot', { out: squares, a: address(delta.id), b: address(delta.id), n: plan.outputs })
      })
    },
    emitColumns: nearest.emitColumns,
    emitCommit() {
      memory.emitCommit()
      nearest.emitCommit()
    },
    emitScores() {
      emit('scoreExperts', { out: scores, a: losses, b: fields.weight, n: count, flags: isClass ? 0 : RELATIVE })
    },
    places: (graphs, { address }) => ({
      scores,
      losses,
      count: 2 * count,
      deltas: graphs.map(({ delta }) => address(delta.id)),
      outputs: graphs.map(({ output }) => address(output.id)),
      labels: memory.queues,
      nearest: nearest.memories,
    }),
    learners(tensors, graphs, { address }) {
      const learners = experts.map(
        ({ name, rate }, i): Learner => ({
          tensors: tensors.filter((tensor) => tensor.name.startsWith(`${name}.`)),
          rate,
          outputs: address(graphs[i].output.id),
          meanSquaredDelta: means[i].squares,
          meanLoss: means[i].loss,
          losses: losses + 8 * i,
        }),
      )
      // An expert without parameters takes no steps.
      const moving = learners.filter((learner) => learner.tensors.length > 0)
      return moving.length > 0 ? moving : learners.slice(0, 1)
    },
    emitDrift() {
      const rows = { n: site.rowStride, m: site.batchSize, k: site.firstRow }
      emit('drift', { ...rows, a: site.losses, b: drift, c: tools.constant(DRIFT_CAP[plan.loss.task]) })
      return drift
    },
    emitMeans() {
      const rows = { b: fields.weight, n: site.rowStride, m: site.batchSize, k: site.firstRow }
      means.forEach(({ loss, squares }, i) => {
        emit('meanOfRows', { ...rows, out: loss, a: losses + 8 * i })
        emit('meanOfRows', { ...rows, out: squares, a: losses + 8 * (count + i) })
      })
    },
  }
}

const graphOf: Mixture['graphOf'] = ({ experts = [], circuit, loss, target: fields }, builder, target, named) =>
  experts.map(({ name }): ExpertGraph => {
    const output = builder.expression(circuit.nodes.findIndex((node) => node.name === name))
    const own = loss.build({ ops: builder.ops, output: named(output), target, fields })
    const delta = reverse(builder, new Map([[own.id, builder.ops.constant(1)]]), [output.id]).adjoint.get(output.id)
    return { output, loss: own, delta: delta as NonNullable<typeof delta> }
  })

const namedWeights: Mixture['weightsOf'] = ({ experts = [], loss }, { scores }, f64) => {
  const weights = weightsOf(f64, scores >> 3, experts.length, loss.task === 'numeric')
  return Object.fromEntries(experts.map(({ name }, k) => [name, weights[k]]))
}

/** Brings mixtures of experts to all models and predictors. */
export const bringMixing = (): void => {
  bringExpertKernels()
  bringNearestKernels()
  bringMixture({ graphOf, place, weightsOf: namedWeights })
}
