import { WebSocket } from 'ws'
import type { Connection, ConnectOptions, Replica, ReplicaOptions, Row } from '../client/index.js'
import { connect as connectWith, replica as replicaWith } from '../client/index.js'

/** `connect` of rxgrad/client with the WebSocket of ws, which every Node has. */
export const connect = (url: string, options: ConnectOptions = {}): Connection =>
  connectWith(url, { WebSocket, ...options })

/** `replica` of rxgrad/client with the WebSocket of ws, which every Node has. */
export const replica = <R = Row>(from: string | Connection, options: ReplicaOptions = {}): Promise<Replica<R>> =>
  replicaWith<R>(from, { WebSocket, ...options })
