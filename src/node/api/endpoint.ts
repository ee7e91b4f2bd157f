import type { IncomingMessage } from 'node:http'
import type { Fields } from '../../features/field.js'
import type { Row } from '../../values.js'
import type { EvaluationMessage, Shown } from '../../wire/index.js'
import { type Answer, RequestError } from '../http/answer.js'
import type { Pauses } from './pauses.js'

/** The part of a model that the endpoints read and change. */
export interface Reachable {
  readonly step: number
  readonly counters: object
  /** The fields of a row; undefined for models that tell none. */
  readonly features?: Fields
  readonly target?: Fields
  predict?(row: Row): object
  readonly learningRate?: number
  setLearningRate?(learningRate: number): void
}

/** A model that is served under a name. */
export interface Named {
  readonly name: string
  readonly model: Reachable
  /** The rate over the last second. */
  readonly rowsPerSecond: number
  /** The newest evaluation that was shown; undefined if there is none. */
  readonly evaluation: EvaluationMessage | undefined
  show(message: Shown): void
}

/** What the endpoints of a server read and change. */
export interface Service {
  readonly models: ReadonlyMap<string, Named>
  /** Where rows wait or come from, by name. */
  readonly sources: Readonly<Record<string, { readonly counters: object }>>
  /** The server's own counters, by name; `clients` are those that are connected. */
  readonly counters: () => { readonly clients: number; readonly [name: string]: number }
  readonly pauses: Pauses
  /** Whether clients have to give a token, without which nobody may change anything. */
  readonly hasToken: boolean
}

/** `origin` and `token` return why a request is refused, or undefined. */
export interface Guard {
  origin(request: IncomingMessage): string | undefined
  /** Returns the origin of a page of another site that may read the answer. */
  friend(request: IncomingMessage): string | undefined
  token(request: IncomingMessage): string | undefined
}

/** A request for an endpoint. */
export interface Asked {
  readonly request: IncomingMessage
  /** The rest of the path, such as `power` of `predict/power`. */
  readonly rest: string
  /** Whether the request brings the token, or none is needed. */
  readonly isKnown: boolean
}

/** One entry of the server's interface for programs, such as `POST predict/power`. */
export interface Endpoint {
  readonly method: 'GET' | 'POST'
  /** Whether a request without the token is answered, too. */
  readonly open?: boolean
  answer(service: Service, asked: Asked): Answer | Promise<Answer>
}

/**
 * Returns the model that a path names; the name may be left out where there is one model.
 *
 * @throws RequestError for a name that the server does not have
 */
export const namedBy = (rest: string, { models }: Service): Named => {
  const names = [...models.keys()]
  const name = rest === '' && names.length === 1 ? names[0]! : decoded(rest)
  const named = models.get(name)
  if (named === undefined) {
    const given = rest === '' ? 'no model is named' : `there is no model "${name}"`
    throw new RequestError(404, `${given}; expected one of ${names.join(', ')} at the end of the path.`)
  }
  return named
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
