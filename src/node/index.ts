// A server for pages and replicas

// Its client, with Node's WebSocket
export type { Connection, ConnectOptions, Incoming, Replica, ReplicaOptions } from '../client/index.js'
export { ConnectionError } from '../client/index.js'
export { connect, replica } from './connect.js'
export type { Served } from './server/channel.js'
export { createServer } from './server/createServer.js'
export { ListenError, UnknownModelError } from './server/errors.js'
export type { Server, ServerCounters, ServerOptions } from './server/server.js'
export { type HostReading, hostReadings } from './sources/hostReadings.js'
// Sources: files, standard input, this host
export {
  type CsvConfig,
  csvReader,
  type Format,
  type InferredSchema,
  InputError,
  inferSchema,
  ndjsonReader,
  openTable,
  readLines,
  readSchema,
  type Schema,
  schemaText,
  type Table,
  type TableConfig,
} from './sources/index.js'
