import { WebSocket } from 'ws'
import type { Connection, ConnectOptions, Replica, ReplicaOptions, Row } from '../client/index.js'
import { connect as connectWith, replica as replicaWith } from '../client/index.js'

/** Is `connect` of rxgrad/client, with the WebSocket of the package ws, so that it works in every version of Node. */
export const connect = (url: string, options: ConnectOptions = {}): Connection =>
  connectWith(url, { WebSocket, ...options })

/** Is `replica` of rxgrad/client, with the WebSocket of the package ws, so that it works in every version of Node. */
export const replica = <R = Row>(from: string | Connection, options: ReplicaOptions = {}): Promise<Replica<R>> =>
  replicaWith<R>(from, { WebSocket, ...options })
