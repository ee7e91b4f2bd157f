import type { Endpoint } from './endpoint.js'

/**
 * `GET health`: 200 as long as the process answers, for whoever watches it. Who brings the token, or where none is
 * needed, is told of each model.
 */
export const health: Endpoint = {
  method: 'GET',
  open: true,
  answer({ models: served, counters, pauses }, { isKnown }) {
    if (!isKnown) return { status: 200, body: { status: 'ok' } }
    const models = [...served].map(([name, { model, rowsPerSecond }]) => {
      const { learned, rejected = 0 } = model.counters as { learned?: number; rejected?: number }
      return [name, { step: model.step, learned, rejected, rowsPerSecond, paused: pauses.has(name) }]
    })
    return { status: 200, body: { status: 'ok', clients: counters().clients, models: Object.fromEntries(models) } }
  },
}
