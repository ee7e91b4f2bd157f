import type * as Prometheus from 'prom-client'
import { RequestError } from '../http/answer.js'
import type { Endpoint, Named, Service } from './endpoint.js'

/**
 * `GET metrics`: everything that is counted, in the text format of Prometheus, written by `prom-client`, which has to be
 * installed. Each model has its counters, its learning rate and its newest scores, with its name as the label `model`.
 */
export const metrics: Endpoint = {
  method: 'GET',
  async answer(service) {
    const { Registry, Gauge, Counter } = await prometheus()
    const registry = new Registry()
    const registers = [registry]
    /** Writes one family of metrics: its values by labels. */
    const write = (
      Kind: typeof Gauge | typeof Counter,
      name: string,
      help: string,
      values: readonly (readonly [labels: Record<string, string>, value: number])[],
    ): void => {
      const family = new Kind({ name, help, registers, labelNames: Object.keys(values[0]?.[0] ?? {}) })
      for (const [labels, value] of values) family.inc(labels, value)
    }
    const byModel = (of: (served: Named) => number) =>
      [...service.models.values()].map((served) => [{ model: served.name }, of(served)] as const)

    write(
      Counter,
      'rxgrad_steps_total',
      'Steps that the model has taken.',
      byModel(({ model }) => model.step),
    )
    for (const [counter, help] of Object.entries(COUNTERS))
      write(
        Counter,
        `rxgrad_${counter}_total`,
        help,
        byModel(({ model }) => numberOf(model.counters, counter)),
      )
    write(
      Gauge,
      'rxgrad_rows_per_second',
      'Rows learned over the last second.',
      byModel((one) => one.rowsPerSecond),
    )
    write(
      Gauge,
      'rxgrad_paused',
      '1 while learning is paused.',
      byModel(({ name }) => Number(service.pauses.has(name))),
    )
    const rated = [...service.models.values()].filter(({ model }) => model.learningRate !== undefined)
    const rates = rated.map(({ name, model }) => [{ model: name }, model.learningRate!] as const)
    write(Gauge, 'rxgrad_learning_rate', 'The learning rate.', rates)
    write(Gauge, 'rxgrad_score', 'The newest scores of evaluate, over its last rows.', scoresOf(service))

    for (const [name, kind] of Object.entries(SOURCE_COUNTERS)) {
      const values = Object.entries(service.sources).flatMap(([source, { counters }]) =>
        Object.hasOwn(counters, name) ? [[{ source }, numberOf(counters, name)] as const] : [],
      )
      const family = `rxgrad_source_${snake(name)}`
      if (values.length > 0)
        write(kind.gauge ? Gauge : Counter, kind.gauge ? family : `${family}_total`, kind.help, values)
    }

    const { clients, ...sent } = service.counters()
    write(Gauge, 'rxgrad_clients', 'Clients that are connected.', [[{}, clients]])
    for (const [counter, help] of Object.entries(SERVER_COUNTERS))
      write(Counter, `rxgrad_server_${snake(counter)}_total`, help, [[{}, sent[counter] ?? 0]])
    return { status: 200, type: registry.contentType, body: await registry.metrics() }
  },
}

/** What each counter of a model counts. */
const COUNTERS = {
  learned: 'Rows learned.',
  rejected: 'Rows rejected.',
  unlabelled: 'Rows without a label.',
  refused: 'Steps refused.',
  rollbacks: 'Returns to an earlier state after numbers left their bounds.',
  drifts: 'Drifts found.',
  clipped: 'Values too far away to be trusted.',
  discarded: 'Rows not learned because their window ended early.',
  shortened: 'Sparse rows that were read in part.',
  crowded: 'Names that share a column.',
}
/** What each counter of a source or of a buffer counts; a gauge is what is so now. */
const SOURCE_COUNTERS = {
  received: { help: 'Rows that came.', gauge: false },
  given: { help: 'Rows that were handed on by the source.', gauge: false },
  passed: { help: 'Elements that were handed on by the buffer.', gauge: false },
  waiting: { help: 'Rows that wait.', gauge: true },
  queued: { help: 'Elements that wait.', gauge: true },
  mostQueued: { help: 'The most elements that waited at once.', gauge: true },
  dropped: { help: 'Rows or elements that were dropped.', gauge: false },
  refused: { help: 'Rows that were refused for want of room.', gauge: false },
  invalid: { help: 'Rows that were refused because they are invalid.', gauge: false },
}
const SERVER_COUNTERS = {
  framesSent: 'Frames sent.',
  framesSkipped: 'Frames for which a client was too slow.',
  bytesSent: 'Bytes sent.',
  slow: 'Clients closed because they were too slow.',
  refused: 'Connections refused.',
}

const numberOf = (counters: object, name: string): number => Number((counters as Record<string, unknown>)[name] ?? 0)
const snake = (text: string): string => text.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** The newest rolling score of the model and of each baseline that the server was shown. */
const scoresOf = ({ models }: Service) =>
  [...models.values()].flatMap(({ name: model, evaluation }) =>
    (evaluation?.metrics ?? []).flatMap(({ name: metric, model: own, baselines }) =>
      Object.entries({ model: own, ...baselines })
        .filter(([, { rolling }]) => Number.isFinite(rolling))
        .map(([predictor, { rolling }]) => [{ model, metric, predictor }, rolling] as const),
    ),
  )

const prometheus = async (): Promise<typeof Prometheus> => {
  try {
    return await import('prom-client')
  } catch (cause) {
    throw new RequestError(501, `metrics need prom-client; install it by npm install prom-client (${String(cause)}).`)
  }
}
