import { shown } from '../../options/shown.js'
import { messageOf, RequestError } from '../http/answer.js'
import { type Endpoint, namedBy } from './endpoint.js'
import { readJson } from './readJson.js'

/**
 * `POST control/NAME` with `{ "learningRate": 0.5, "paused": true }`, or one of the two: sets the learning rate of the
 * model, and pauses or resumes the rows that pass `server.pausable`. It is for those who hold the token, so that a server
 * without one refuses it. What is changed is told as an event of the kind `control`.
 */
export const control: Endpoint = {
  method: 'POST',
  async answer(service, { request, rest }) {
    if (!service.hasToken)
      throw new RequestError(403, 'this server has no token, so that nobody may change a model; give createServer one.')
    const named = namedBy(rest, service)
    const { name, model } = named
    const { learningRate, paused } = checked(await readJson(request))
    if (learningRate !== undefined) {
      if (model.setLearningRate === undefined) throw new RequestError(501, `the model "${name}" has no learning rate.`)
      try {
        model.setLearningRate(learningRate)
      } catch (error) {
        throw new RequestError(422, messageOf(error).replace(/^setLearningRate: /, ''))
      }
    }
    if (paused !== undefined && paused !== service.pauses.has(name)) {
      if (paused) service.pauses.pause(name)
      else service.pauses.resume(name)
      named.show({ type: 'event', kind: 'control', step: model.step, text: `paused = ${paused}` })
    }
    const now = { learningRate: model.learningRate, paused: service.pauses.has(name) }
    return { status: 200, body: { model: name, step: model.step, ...now } }
  },
}

/** Checks everything before anything is changed. */
const checked = (given: unknown): { learningRate?: number; paused?: boolean } => {
  const expected = 'expected { "learningRate": 0.5 }, { "paused": true }, or both'
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new RequestError(422, `the body is ${shown(given)}; ${expected}.`)
  const unknown = Object.keys(given).find((key) => key !== 'learningRate' && key !== 'paused')
  if (unknown !== undefined) throw new RequestError(422, `${shown(unknown)} is given; ${expected}.`)
  const { learningRate, paused } = given as Record<string, unknown>
  if (learningRate === undefined && paused === undefined)
    throw new RequestError(422, `nothing to change is given; ${expected}.`)
  if (learningRate !== undefined && typeof learningRate !== 'number')
    throw new RequestError(422, `learningRate is ${shown(learningRate)}; expected a number of at least 0.`)
  if (paused !== undefined && typeof paused !== 'boolean')
    throw new RequestError(422, `paused is ${shown(paused)}; expected true or false.`)
  return given
}
