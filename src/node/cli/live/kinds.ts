import type { HttpIngestOptions } from '../../sources/httpIngest.js'
import { commonOf, lineOf, needed, type Opening, record, type SourceKind, text, whole } from './sourceKind.js'

const capacity = whole('the number of rows or messages that may wait (default: 1024)')
const client = record('further options of the client, such as a user and a password')
const headers = record('further headers, such as { "Authorization": "Bearer …" }')

/**
 * The sources that stay open, by the word that a configuration file has for them. Each is loaded only where it is opened,
 * since most runs read a file and last a moment.
 */
export const sourceKinds: Readonly<Record<string, SourceKind>> = {
  http: {
    text: 'rows that are sent by POST to a path of the server, one as JSON, or several as an array or as NDJSON',
    cursors: 'none',
    keeps: true,
    settings: {
      path: text('the path, such as /rows (default: /rows/ and the name of the model)'),
      capacity: whole('the number of rows that may wait, beyond which the answer is 429 (default: 1024)'),
      maxBytes: whole('the largest body in bytes (default: 1,000,000)'),
      tokenFrom: text('the environment variable with the token of those who send rows (default: that of the server)'),
    },
    open: async (settings, { journal, from, gate }) =>
      (await import('../../sources/httpIngest.js')).httpIngest({
        ...defined(gate),
        ...settings,
        ...(journal && { journal, from }),
      }),
  },
  file: {
    text: 'a file of NDJSON or CSV that is followed while it grows, over rotation and truncation, as by tail -F',
    cursors: 'own',
    settings: {
      path: needed('the path of the file'),
      format: {
        text: 'ndjson or csv (default: the first character decides)',
        type: { type: 'string', enum: ['ndjson', 'csv'] },
      },
      delimiter: text('what separates the cells of CSV (default: the most frequent of , ; tab | in the header)'),
    },
    open: async ({ path, ...settings }, opening) =>
      (await import('../../follow/fileSource.js')).fileSource(path as string, {
        ...commonOf(opening),
        ...settings,
        follow: true,
      }),
  },
  mqtt: {
    text: 'messages of an MQTT broker, each an object as JSON or an array of them; needs npm install mqtt',
    cursors: 'none',
    settings: {
      url: needed('the address of the broker, such as mqtt://localhost'),
      topics: {
        text: 'the topics to subscribe to, such as ["home/+/temperature"]',
        type: { type: 'array', items: { type: 'string' } },
        isNeeded: true,
      },
      qos: { text: '0, 1 or 2 (default: 1)', type: { type: 'integer', enum: [0, 1, 2] } },
      group: text('the name of a group that shares the messages'),
      clientId: text('the name under which the broker keeps what comes while the service is down'),
      client,
    },
    open: async ({ url, ...settings }, opening) =>
      (await import('../../transports/mqttSource.js')).mqttSource(url as string, lineOf(opening, settings) as never),
  },
  nats: {
    text: 'messages of a subject of NATS; needs npm install @nats-io/transport-node',
    cursors: 'none',
    settings: {
      url: needed('the address of the server, such as nats://localhost:4222'),
      subject: needed('the subject to subscribe to, such as rows.>'),
      group: text('the name of a group that shares the messages'),
      capacity,
      client,
    },
    open: async ({ url, ...settings }, opening) =>
      (await import('../../transports/natsSource.js')).natsSource(url as string, lineOf(opening, settings) as never),
  },
  jetStream: {
    text: 'a stream of NATS, from its start; needs npm install @nats-io/transport-node @nats-io/jetstream',
    cursors: 'own',
    settings: {
      url: needed('the address of the server, such as nats://localhost:4222'),
      stream: needed('the name of the stream'),
      subject: text('the subject to read of it, such as power.> (default: all)'),
      capacity,
      client,
    },
    open: async ({ url, ...settings }, opening) =>
      (await import('../../transports/jetStreamSource.js')).jetStreamSource(
        url as string,
        lineOf(opening, settings) as never,
      ),
  },
  webSocket: {
    text: 'messages of a WebSocket',
    cursors: 'none',
    settings: {
      url: needed('the address, such as wss://example.org/feed'),
      hello: text('what is sent after each connection, such as a subscription'),
      headers,
      protocols: { text: 'the subprotocols to ask for', type: { type: 'array', items: { type: 'string' } } },
      capacity,
      maxBytes: whole('the largest message in bytes (default: 1,000,000)'),
    },
    open: async ({ url, ...settings }, opening) =>
      (await import('../../transports/webSocketSource.js')).webSocketSource(
        url as string,
        lineOf(opening, settings) as never,
      ),
  },
  sse: {
    text: 'server-sent events',
    cursors: 'maybe',
    settings: {
      url: needed('the address, such as https://example.org/events'),
      headers,
    },
    open: async ({ url, ...settings }, opening) =>
      (await import('../../transports/sseSource.js')).sseSource(url as string, lineOf(opening, settings) as never),
  },
}

/** Leaves out what is undefined. */
const defined = (gate: Opening['gate']): HttpIngestOptions<object> =>
  Object.fromEntries(Object.entries(gate).filter(([, value]) => value !== undefined))
