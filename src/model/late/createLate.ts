import { isCategory } from '../../features/field.js'
import type { Trace } from '../../features/memory.js'
import type { Refused } from '../../features/refusal.js'
import type { Advanced, Arrived, Held, Late } from '../../late.js'
import type { Learned, Model, Writer } from '../../model.js'
import type { Prediction, Unlearned, Unseen } from '../../records.js'
import type { Cursor, Row } from '../../values.js'
import { learnedOf } from '../learn/learnedOf.js'
import { isLabelled } from '../learn/openWindow.js'
import type { Guard, Writers } from '../learn/writers.js'
import { bringStages } from '../stages.js'
import type { Commit } from '../state/commit.js'
import { encoderOf } from '../step/encoderOf.js'
import type { Machine } from '../step/machine.js'
import { updateOf } from '../step/updateOf.js'
import type { WindowRows } from '../step/windowPass.js'
import { createHeldRows } from './heldRows.js'
import { createLabelState } from './labelState.js'
import { rowOfHeld } from './plainRow.js'
import { refusalOfLabel } from './refusalOfLabel.js'
import { withLabel } from './withLabel.js'

const createLate = <R>(
  { core, pass, window, reader }: Machine,
  commit: Commit,
  model: Model<R>,
  writers: Writers<R>,
  guarded: Guard,
): { late: Late<R, Learned<R>, Writer<R>> } => {
  const { width, targets, features, memories, vocabularies } = core
  const encoder = encoderOf(core)
  const labels = createLabelState(core)
  const rows = createHeldRows(core, pass, labels)
  const names = Object.keys(core.plan.target)
  const isClass = isCategory(core.fields[features])
  const [x, y] = [new Float64Array(width), new Float64Array(targets)]
  const [weights, scratch] = [new Float64Array(1), new Float64Array(width)]
  const numbers: WindowRows = { first: 0, x, y, weights, placed: false }

  const nothing = { rejected: 0, unlabelled: 0, cursor: undefined, traces: [] } as const
  const rejected = (row: unknown, refused: Refused, cursor: Cursor | undefined): Unlearned => {
    commit.events.raise({ kind: 'rejection', ...refused, row, ...(cursor !== undefined && { cursor }) })
    commit.count({ ...nothing, rejected: 1, cursor })
    return { kind: 'rejected', index: 0, ...refused }
  }

  const waits = (later: boolean): Unlearned => ({
    ...{ kind: 'unlabelled', index: 0, field: names[0] },
    reason: `${names[0]} ${later ? 'of a later row ' : ''}is to come`,
  })
  /** Reads a row, what it recalls, and what it leaves in memory; rejects it if it cannot be read. */
  const read = (row: R): { readonly trace?: Trace | undefined; readonly unlearned?: readonly Unlearned[] } => {
    const cursor = encoder.cursorOf(row)
    const refused = encoder.encode(row, x, 0, y, 0, [])
    const trace = refused ? undefined : memories?.ahead.readRow(row as Row, x, 0)
    const reason = refused ?? trace?.refused
    return reason ? { unlearned: [rejected(row, reason, cursor)] } : { trace }
  }
  /** Passes the row in its source, and commits what it leaves in memory. */
  const leave = (row: R, trace: Trace | undefined): void => {
    if (trace) memories?.ahead.remember(trace)
    commit.count({ ...nothing, cursor: encoder.cursorOf(row), traces: trace ? [trace] : [] })
  }
  /** Predicts the row whose numbers are x. */
  const predict = (row: R): Pick<Arrived<R>, 'prediction' | 'held'> => {
    weights[0] = encoder.weightOf(row)
    window.enter(numbers, [0, 1])
    pass.predict(0, 1)
    const prediction = reader.one(row, core.step)
    pass.forward(0, 1)
    return { prediction, held: rows.hold(row, prediction, x) }
  }

  const arrive = (row: R, isKnown: boolean): Arrived<R> => {
    const { trace, unlearned } = read(row)
    if (unlearned) return { prediction: undefined, held: undefined, unlearned }
    const { prediction, held } = predict(row)
    leave(row, isKnown ? trace : trace && rows.partOf(trace, false))
    return { prediction, held, unlearned: [waits(false)] }
  }

  const advance = (row: R, due: Held | undefined): Advanced<R, Learned<R>> => {
    const { trace, unlearned } = read(row)
    if (unlearned) return { prediction: undefined, held: undefined, unlearned, learned: undefined }
    const before = rows.knownBefore(x)
    const learned = due && learn(due, row as Row, true)
    leave(row, trace)
    // The label of this row is known by now, and so is recalled; all else is read as it is when a row comes, because a
    // difference, for one, is that between the row's own number and an earlier one.
    encoder.encode(row, x, 0, y, 0, [])
    memories?.committed.readRow(row as Row, x, 0)
    rows.putKnownBefore(before, x)
    const { prediction, held } = predict(row)
    return { prediction, held, unlearned: [waits(true)], learned }
  }

  /** Returns the losses that the row would have had if its label had come with it, as they stand in the arena then. */
  const lossesOf = (held: Held): Float64Array => {
    labels.put(held.labels)
    window.enter(numbers, [0, 1])
    // A class that was not known then is scored as such.
    if (isClass && y[0] >= labels.classesOf(held.labels)) pass.label(0, new Float64Array([-1]), 0, weights[0])
    pass.predict(0, 1)
    pass.forward(0, 1)
    rows.putOutputs(held)
    core.run('link')
    pass.loss(0, 1)
    return pass.losses(0).slice()
  }

  /** @param later whether the label is in memory already, as the label of a later row that has left it there itself */
  const learn = (held: Held, label: Row, later: boolean): Learned<R> => {
    const { step, value, probabilities, values, quantiles } = held
    // The label of a later row takes the place of the row's own.
    const unlabelled = later ? Object.fromEntries(names.map((name) => [name, undefined])) : {}
    const row = withLabel({ ...rowOfHeld(held), ...unlabelled }, label, names)
    const own = row as R
    const predictions: Prediction<R> = {
      ...{ kind: 'prediction', row: own, step, value },
      ...(probabilities && { probabilities }),
      ...(values && { values }),
      ...(quantiles && { quantiles }),
    }
    const actual = new Float64Array(targets).fill(Number.NaN)
    const unseen: Unseen[] = []
    const refused = encoder.encode(row, x, 0, y, 0, unseen)
    const whole = refused || later ? undefined : memories?.ahead.readRow(row, scratch, 0)
    const reason = refused ?? whole?.refused
    const none = (each: Unlearned): Learned<R> =>
      learnedOf<R, Prediction<R>, number>(model, core.step, [own], actual, predictions, Number.NaN, undefined, [each])
    if (reason) return none(rejected(row, reason, undefined))
    actual.set(y)
    const trace = whole && rows.partOf(whole, true)
    if (trace) memories?.ahead.remember(trace)
    const traces = trace ? [trace] : []
    if (!isLabelled(y, 0, targets)) {
      commit.count({ ...nothing, unlabelled: 1, traces })
      const field = names.find((_, j) => Number.isNaN(y[j])) as string
      return none({ kind: 'unlabelled', index: 0, field, reason: `${field} is missing` })
    }
    encoder.meetShared()
    rows.recall(held, x)
    weights[0] = encoder.weightOf(row)
    const now = labels.take()
    const scored = lossesOf(held)
    labels.put(now)
    labels.putLast(held.labels)
    window.enter(numbers, [0, 1])
    pass.predict(0, 1)
    pass.forward(0, 1)
    pass.loss(0, 1)
    window.gradient(numbers, 1)
    labels.put(now)
    const added = unseen.flatMap(({ field, value }) => (field === features ? [value] : []))
    if (isClass && y[0] === -1 && added.length > 0) actual[0] = vocabularies[features]?.columnAfter(added) ?? -1
    const { refused: wasRefused, meanLoss } = commit.window({
      ...{ ...nothing, size: 1, first: 0, x, y, unseen, traces, scored },
      // They are sums, of which the first part is 0: a loss of −0 is none.
      lossSum: 0 + weights[0] * pass.lossOf(0),
      squares: 0 + weights[0] * pass.squaredDelta(0),
    })
    const update = updateOf(core, model, 1, meanLoss, wasRefused, undefined)
    return learnedOf<R, Prediction<R>, number>(model, core.step, [own], actual, predictions, scored[0], update)
  }

  const held = <T>(by: Writer<R>, body: () => T): T =>
    guarded(() => {
      writers.checkHeld(by)
      return body()
    })
  const look = (row: R): void => {
    const { watch } = writers
    if (watch && --watch.left < 0) watch.look(row)
  }
  const late: Late<R, Learned<R>, Writer<R>> = {
    arrive: (row, by, labels) =>
      held(by, () => {
        look(row)
        return arrive(row, labels === 'known')
      }),
    advance: (row, due, by) =>
      held(by, () => {
        look(row)
        return advance(row, due)
      }),
    learn: (each, label, by, labels) => held(by, () => learn(each, label, labels === 'known')),
    pass: (label, by) => held(by, () => commit.count({ ...nothing, cursor: encoder.cursorOf(label as R) })),
    unjoined: (event, given) =>
      guarded(() => {
        if (given > 0) commit.count({ ...nothing, unlabelled: given })
        commit.events.raise('kind' in event ? event : { kind: 'unjoined', step: core.step, ...event })
      }),
    refusalOf: refusalOfLabel(core),
    problemOf: rows.problemOf,
  }
  return { late }
}

/** Brings `stages.late` to all models. */
export const bringLate = (): void => bringStages(createLate)
