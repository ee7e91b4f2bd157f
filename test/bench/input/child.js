// Reads all rows of stdin by one contestant, and prints their number and the time from the first byte on.
import { once } from 'node:events'
import { contestants as peers } from './peers.js'
import { contestants as own } from './rxgrad.js'

const [form, name] = process.argv.slice(2)
const { run } = { ...own, ...peers[form] }[name]
// What has to be loaded is loaded before the clock starts.
if (peers[form][name] && peers[form][name].of !== 'node') await import(peers[form][name].of)
await once(process.stdin, 'readable')
const start = performance.now()
const rows = await run(process.stdin)
process.stdout.write(`${JSON.stringify({ rows, ms: performance.now() - start })}\n`)
