import { type FieldKinds, fieldKinds } from '../features/kinds.js'
import type { MetricReport, Score } from '../metrics/scoreboardState.js'
import { listOf, named, number, oneOf, plain, type Read, recordOf, text, u32, whole } from './check.js'
import { readDescription } from './description.js'
import {
  type EvaluationMessage,
  failureCodes,
  type Happening,
  type Message,
  type Past,
  type Sample,
  topics,
} from './messages.js'

const score: Read<Score> = (value, at) => {
  const { cumulative, rolling, fading } = plain(value, at)
  return {
    cumulative: number(cumulative, `${at}.cumulative`),
    rolling: number(rolling, `${at}.rolling`),
    fading: number(fading, `${at}.fading`),
  }
}

const metric: Read<MetricReport> = (value, at) => {
  const { name, better, model, baselines } = plain(value, at)
  return {
    name: text(name, `${at}.name`),
    better: oneOf('lower', 'higher')(better, `${at}.better`),
    model: score(model, `${at}.model`),
    baselines: recordOf(score)(baselines, `${at}.baselines`),
  }
}

const evaluation: Read<EvaluationMessage> = (value, at) => {
  const { step, rows, unscored, metrics } = plain(value, at)
  return {
    type: 'evaluation',
    step: whole(step, `${at}.step`),
    rows: whole(rows, `${at}.rows`),
    unscored: whole(unscored, `${at}.unscored`),
    metrics: listOf(metric)(metrics, `${at}.metrics`),
  }
}

const sample: Read<Sample> = (value, at) => {
  const { step, x, y, row, predicted, loss } = plain(value, at)
  return {
    type: 'sample',
    step: whole(step, `${at}.step`),
    x: listOf(number)(x, `${at}.x`),
    ...(y === undefined ? {} : { y: listOf(number)(y, `${at}.y`) }),
    ...(row === undefined ? {} : { row: recordOf(named)(row, `${at}.row`) }),
    ...(predicted === undefined ? {} : { predicted: named(predicted, `${at}.predicted`) }),
    ...(loss === undefined ? {} : { loss: number(loss, `${at}.loss`) }),
  }
}

const happening: Read<Happening> = (value, at) => {
  const { kind, step, text: line, count } = plain(value, at)
  return {
    type: 'event',
    kind: text(kind, `${at}.kind`),
    step: whole(step, `${at}.step`),
    text: text(line, `${at}.text`),
    count: whole(count, `${at}.count`),
  }
}

const shown = { evaluation, sample, event: happening }
const past: Read<Past> = (value, at) => {
  const { ageMs, message } = plain(value, at)
  const { type } = plain(message, `${at}.message`)
  const known = oneOf(...(Object.keys(shown) as (keyof typeof shown)[]))(type, `${at}.message.type`)
  return { ageMs: number(ageMs, `${at}.ageMs`), message: shown[known](message, `${at}.message`) }
}

type Reader<M extends Message> = (value: unknown, at: string, kinds: FieldKinds | 'any') => M
const readers: { readonly [T in Message['type']]: Reader<Extract<Message, { type: T }>> } = {
  hello: (value, at) => {
    const { protocol, model, want } = plain(value, at)
    return {
      type: 'hello',
      protocol: whole(protocol, `${at}.protocol`),
      ...(model === undefined ? {} : { model: text(model, `${at}.model`) }),
      ...(want === undefined ? {} : { want: listOf(oneOf(...topics))(want, `${at}.want`) }),
    }
  },
  welcome: (value, at, kinds) => {
    const { protocol, model, models, epoch, step, description } = plain(value, at)
    return {
      type: 'welcome',
      protocol: whole(protocol, `${at}.protocol`),
      model: text(model, `${at}.model`),
      models: listOf(text)(models, `${at}.models`),
      epoch: u32(epoch, `${at}.epoch`),
      step: whole(step, `${at}.step`),
      description: readDescription(description, `${at}.description`, kinds),
    }
  },
  history: (value, at) => ({ type: 'history', messages: listOf(past)(plain(value, at).messages, `${at}.messages`) }),
  ...shown,
  status: (value, at) => {
    const { step, rows, rowsPerSecond, clients } = plain(value, at)
    return {
      type: 'status',
      step: whole(step, `${at}.step`),
      rows: whole(rows, `${at}.rows`),
      rowsPerSecond: number(rowsPerSecond, `${at}.rowsPerSecond`),
      clients: whole(clients, `${at}.clients`),
    }
  },
  error: (value, at) => {
    const { code, text: line } = plain(value, at)
    return { type: 'error', code: oneOf(...failureCodes)(code, `${at}.code`), text: text(line, `${at}.text`) }
  },
}

/**
 * Reads a value as the message that it claims to be, checks every part, and drops what the protocol does not name.
 *
 * @param kinds the kinds of fields that a description may have; 'any' accepts those that are not known here
 * @throws MessageError
 */
export const readMessage = (value: unknown, kinds: FieldKinds | 'any' = fieldKinds): Message => {
  const { type } = plain(value, 'message')
  const known = oneOf(...(Object.keys(readers) as Message['type'][]))(type, 'message.type')
  return readers[known](value, known, kinds)
}
