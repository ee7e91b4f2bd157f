// Sources and the command line's parts stand here too, when they have landed.
export type { Connection, ConnectOptions, Incoming, Replica, ReplicaOptions } from '../client/index.js'
export { ConnectionError } from '../client/index.js'
export { connect, replica } from './connect.js'
export type { Served } from './server/channel.js'
export { createServer } from './server/createServer.js'
export { ListenError, UnknownModelError } from './server/errors.js'
export type { Server, ServerCounters, ServerOptions } from './server/server.js'
