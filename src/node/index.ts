// biome-ignore-all assist/source/organizeImports: sources, server, client
// The entry point rxgrad/node: everything that needs Node.

// sources of rows: files, standard input and this host
export { readLines } from './sources/lines.js'
export { hostReadings, type HostReading } from './sources/hostReadings.js'
export { openTable } from './sources/openTable.js'
export {
  csvReader,
  ndjsonReader,
  inferSchema,
  readSchema,
  schemaText,
  InputError,
  type CsvConfig,
  type Format,
  type InferredSchema,
  type Schema,
  type Table,
  type TableConfig,
} from './sources/index.js'

// rows that are sent to this process
export { fileSource, type FileSourceOptions } from './follow/fileSource.js'
export { httpIngest, type HttpIngest, type HttpIngestOptions } from './sources/httpIngest.js'
export type { Source, SourceCounters, SourceOptions, SourceRow } from './sources/source.js'

// rows from elsewhere
export { jetStreamSource, type JetStreamSourceOptions } from './transports/jetStreamSource.js'
export { mqttSource, type MqttSourceOptions } from './transports/mqttSource.js'
export { redisSource, type RedisSourceOptions } from './transports/redisSource.js'
export { natsSource, type NatsSourceOptions } from './transports/natsSource.js'
export { sseSource, type SseSourceOptions } from './transports/sseSource.js'
export { webSocketSource, type WebSocketSourceOptions } from './transports/webSocketSource.js'
export type { Message, MessageOptions, ParseMessage } from './transports/messages.js'
export type { LineOptions } from './transports/reconnecting.js'

// where rows with their predictions leave for: writeTo(sink)
export { fileSink, type FileSinkOptions } from './sinks/fileSink.js'
export { httpSink, type HttpSinkOptions } from './sinks/httpSink.js'
export { jetStreamSink } from './sinks/jetStreamSink.js'
export { mqttSink, type MqttSinkOptions } from './sinks/mqttSink.js'
export { natsSink, type NatsSinkOptions } from './sinks/natsSink.js'
export { webSocketSink, type WebSocketSinkOptions } from './sinks/webSocketSink.js'
export type { LineSinkOptions } from './sinks/lineSinkOptions.js'
export type { MessageSinkOptions, TopicOf } from './sinks/messages.js'

// rows that outlast the process
export { openJournal, type JournalConfig } from './journal/openJournal.js'
export type { Journal, SentRows } from './journal/journal.js'
export { type RecordConfig, record } from './journal/record.js'
export { type Replayed, type ReplayConfig, replay } from './journal/replay.js'
export { diff, type RunToReplay } from './journal/diff.js'
export type { Difference } from './journal/parting.js'
export { JournalError } from './journal/journalError.js'
export { FolderInUseError } from './store/lock.js'

// models in files
export { saveModel } from './store/saveModel.js'
export { loadModel } from './store/loadModel.js'
export { fileStore, type FileStoreConfig } from './store/fileStore.js'

// a server for pages and replicas
export { createServer } from './server/createServer.js'
export type { HttpRequest, HttpResponse, HttpServer, Server, ServerCounters, ServerOptions } from './server/server.js'
export type { Logger } from './server/logging.js'
export type { Served } from './server/served.js'
export { ListenError, UnknownModelError } from './server/errors.js'

// threads that compute a window's shards
export { workers } from './workers/workers.js'

// the client of that server, with a WebSocket for Node
export { connect, replica } from './connect.js'
export { ConnectionError } from '../client/index.js'
export type { Connection, ConnectOptions, Incoming, Line, Replica, ReplicaOptions } from '../client/index.js'
