import type { Members } from '../compile/planOf.js'
import { isCategory, scalingOf } from '../features/field.js'
import { middleOf } from '../losses/middleOf.js'
import type { Model } from '../model.js'
import { oneOf } from '../options/oneOf.js'
import { optionsOf } from '../options/optionsOf.js'
import type { AnyValue, Bytes } from '../values.js'
import { createOnnxGraph, type Name, type OnnxGraph } from './onnxGraph.js'
import { inputsInOnnx, type Recalled } from './onnxInputs.js'
import { nodesInOnnx } from './onnxNodes.js'
import { encodeModel } from './onnxProto.js'
import { predictionOf, type TrainedPrediction } from './predictionOf.js'

export interface OnnxConfig extends Members {
  /**
   * What becomes of numbers that a model recalls from earlier rows, such as those of a `lag`, or the last labels of the
   * expert `noChange`: `refuse` (default) names them in an error, and `inputs` makes each an input of its own.
   */
  readonly recalled?: Recalled
}

/** Adds the outputs of numbers: μ + σo for each target, and of quantiles all of them. */
const numbersOf = (graph: OnnxGraph, { plan, targets }: TrainedPrediction, link: Name): void => {
  const { levels } = plan.loss
  const of = Array.from({ length: plan.outputs }, (_, i) => targets[levels ? 0 : i])
  const units = of.map(({ field, statistics }) => {
    const { mean, variance } = (scalingOf(field) && statistics) || { mean: 0, variance: 1 }
    return { mean, spread: Math.sqrt(variance) }
  })
  const spread = graph.constant(
    'double',
    units.map((unit) => unit.spread),
  )
  const mean = graph.constant(
    'double',
    units.map((unit) => unit.mean),
  )
  const all = graph.node('Add', [graph.node('Mul', [link, spread]), mean])
  const outputOf = (i: number): Name => graph.node('Gather', [all, graph.constant('int64', [i], [])], { axis: 1 })
  if (levels) {
    graph.output(targets[0].name, 'double', outputOf(middleOf(levels)))
    graph.output(`${targets[0].name} quantiles`, 'double', all, [levels.length])
  } else for (const [i, { name }] of targets.entries()) graph.output(name, 'double', outputOf(i))
}

/** Adds the outputs of a class: its name, and the probabilities of all names so far, in column order. */
const classOf = (graph: OnnxGraph, { plan, targets }: TrainedPrediction, link: Name): void => {
  const [{ name, names = [] }] = targets
  const n = names.length
  if (n === 0)
    throw new RangeError(`toOnnx: the model knows no class of '${name}' yet; expected one that has learned a row.`)
  const one = graph.constant('double', [1])
  // A single output is the probability of the second of two names; while only one is known, it is certain.
  const two = (): Name => graph.concat([graph.node('Sub', [one, link]), link], 1)
  const all = plan.outputs > 1 ? link : two()
  const whole = (x: number): Name => graph.constant('int64', [x])
  const certain = (): Name => graph.perRow(one, [1])
  const probabilities =
    n === 1 ? certain() : n < Math.max(2, plan.outputs) ? graph.node('Slice', [all, whole(0), whole(n), whole(1)]) : all
  // Among equals, the first name is predicted.
  const top = graph.node('ArgMax', [probabilities], { axis: 1, keepdims: 0 })
  graph.output(name, 'string', graph.node('Gather', [graph.constant('string', names.map(String)), top], { axis: 0 }))
  graph.output(`${name} probabilities`, 'double', probabilities, [n])
}

/**
 * Exports a trained model as the bytes of an ONNX file, which predicts as the model does at this step: scaling, layers and
 * link are in the graph, so that another program gives it plain columns and gets predictions in the target's units. They
 * are the model's within 1e-5 (of their own size, or of the target's spread); its numbers are f32 or f64 as the model's.
 *
 * Each feature that the model reads is an input of its own name and shape [N], for N rows: a `numeric`, `cyclic` or `time`
 * column of doubles, where NaN is a missing value, 0 and 1 stand for false and true, and a time is a number of its `unit`s
 * since 1970; and a `category` column of strings, where a name that the model has not learned, such as '', is a missing
 * one. For a target `power`, the output `power` [N] is its prediction; of a loss of quantiles, `power quantiles`
 * [N, levels] has all. For a category, the output of the target's name is the most probable name, a string, and
 * `room probabilities` [N, names] has the probability of each name that is in the metadata under `names`, a JSON list.
 *
 * The weights of experts stay as they are now, and so do the rows that `experts.nearest` remembers, which the file has; it
 * compares all rows of a call with all of them at once, in as much memory. What a model recalls from earlier rows can be given as inputs, by
 * `recalled: 'inputs'`: a `lag`, `rolling`, `difference` or `filled` feature as its number before it is scaled, one that
 * is `windowed` after that, and the label of one row ago that experts read as the input `power 1 ago`. The file needs
 * version 17 of the operators of ONNX and, for categories, 3 of `ai.onnx.ml`, which ONNX Runtime has since 1.12.
 *
 * @param config `losses` and `fieldKinds` are needed for members of your own, as in `createPredictor`
 * @throws RangeError for what ONNX cannot compute, by its name: features that hash names (`hashed`, `text`, `cross`, and a
 * `category` all of whose columns are taken, with onFull 'hash') or are of a kind of your own, and, unless they are
 * inputs, features and experts that recall earlier rows
 * @example
 * model.learn(rows)
 * const bytes = toOnnx(model)   // for writeFileSync('power.onnx', bytes), or a download
 * // Python: onnxruntime.InferenceSession('power.onnx').run(['power'], {'temperature': np.array([21.0]), …})
 * @see https://onnx.ai/onnx/intro/concepts.html
 */
export const toOnnx = <R, V extends AnyValue>(
  model: Pick<Model<R, V>, 'description' | 'publish'>,
  config?: OnnxConfig,
): Bytes => {
  const { recalled, ...members } = optionsOf('toOnnx', config, {
    ...{ recalled: 'refuse', losses: undefined, fieldKinds: undefined },
  })
  oneOf('toOnnx', 'recalled', recalled, ['refuse', 'inputs'])
  const trained = predictionOf('toOnnx', model, members)
  const { plan, features, targets, link, step } = trained
  if ([...features, ...targets].some(({ name }) => name === ''))
    throw new RangeError("toOnnx: a column is called '', which is no name in ONNX; expected one of at least a letter.")
  const graph = createOnnxGraph([
    ...features.map(({ name }) => name),
    ...targets.flatMap(({ name }) => [name, `${name} probabilities`, `${name} quantiles`]),
  ])
  const inputs = inputsInOnnx(graph, trained, recalled)
  const output = nodesInOnnx(graph, trained, inputs).get(link)!
  const linked = graph.cast(output.perRow ? output.name : graph.perRow(output.name, output.shape), 'double')
  const isClass = isCategory(targets[0].field)
  if (isClass) classOf(graph, trained, linked)
  else numbersOf(graph, trained, linked)
  return encodeModel(
    graph.finish({
      step: `${step}`,
      ...(isClass && { names: JSON.stringify(targets[0].names?.map(String)) }),
      ...(plan.loss.levels && { levels: JSON.stringify(plan.loss.levels) }),
    }),
  )
}
