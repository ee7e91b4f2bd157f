// The contestants that only read: each turns the rows of stdin into numbers.
import { createInterface } from 'node:readline'

const module = (name) => import(name)

export const contestants = {
  csv: {
    'csv-parse, cast': {
      of: 'csv-parse',
      async run(stdin) {
        const { parse } = await module('csv-parse')
        let rows = 0
        for await (const _ of stdin.pipe(parse({ columns: true, cast: true }))) rows++
        return rows
      },
    },
    'papaparse, dynamicTyping': {
      of: 'papaparse',
      async run(stdin) {
        const { default: papa } = await module('papaparse')
        let rows = 0
        const stream = stdin.pipe(papa.parse(papa.NODE_STREAM_INPUT, { header: true, dynamicTyping: true }))
        for await (const _ of stream) rows++
        return rows
      },
    },
    'uDSV, rows as typed arrays': {
      of: 'udsv',
      async run(stdin) {
        const { inferSchema, initParser } = await module('udsv')
        let rows = 0
        let parser
        const count = () => {
          rows++
        }
        for await (const piece of stdin.setEncoding('utf8')) {
          parser ??= initParser(inferSchema(piece))
          parser.chunk(piece, parser.typedArrs, count)
        }
        parser.end()
        return rows
      },
    },
  },
  ndjson: {
    'JSON.parse of readline': {
      of: 'node',
      async run(stdin) {
        let rows = 0
        for await (const line of createInterface({ input: stdin })) if (JSON.parse(line)) rows++
        return rows
      },
    },
  },
}
