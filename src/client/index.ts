export type { Description, Prediction, Predictor, Publication } from '../records.js'
export type { Row } from '../values.js'
export type {
  EvaluationMessage,
  Happening,
  HistoryMessage,
  Past,
  Sample,
  Status,
  Topic,
  Welcome,
} from '../wire/index.js'
export { connect } from './connect.js'
export {
  type Connection,
  ConnectionError,
  type ConnectOptions,
  type Frame,
  type Incoming,
  type Line,
} from './connection.js'
export { type IndexedDbStoreConfig, indexedDbStore } from './indexedDbStore.js'
export { type Applicable, type CreatePredictor, type Replica, type ReplicaOptions, replica } from './replica.js'
export type { SocketClass, SocketLike } from './socket.js'
