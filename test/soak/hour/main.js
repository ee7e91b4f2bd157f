// npm run soak:hour -- [--minutes 60] [--rate 500] [--pages 10] [--json FILE]
//
// A broker with a publisher, a learner and ten pages run side by side, each in a process of its own: rows come over MQTT
// (QoS 1), each is predicted, scored and learned by the experts that need no tuning, θ is broadcast to the pages, and a
// checkpoint is written every few seconds. Each minute it prints what came, what is in use, and how far behind the pages
// are. It fails if the heap grows over the last half by 2 % and by 1 MB, if a row is missing, or if a page is left behind.
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    rate: { type: 'string', default: '500' },
    pages: { type: 'string', default: '10' },
    json: { type: 'string' },
  },
})
const [minutes, rate, pages] = [values.minutes, values.rate, values.pages].map(Number)
if (!(minutes >= 2 && rate >= 1 && pages >= 1))
  throw new RangeError('soak:hour: --minutes is at least 2, --rate and --pages at least 1.')

const folder = mkdtempSync(join(tmpdir(), 'rxgrad-hour-'))
const children = []
const start = (name, args, flags = []) => {
  const child = fork(fileURLToPath(new URL(`${name}.js`, import.meta.url)), args.map(String), { execArgv: flags })
  child.once('exit', (code) => {
    if (code) fail(`${name} ended with ${code}`)
  })
  children.push(child)
  return child
}
const fail = (reason) => {
  console.log(`FAILS: ${reason}`)
  process.exitCode = 1
}
/** Asks a child, and resolves to its answer. */
const ask = (child, question) =>
  new Promise((resolve, reject) => {
    const ended = () => reject(new Error('a part of it has ended'))
    child.once('exit', ended)
    child.once('message', (answer) => {
      child.off('exit', ended)
      resolve(answer)
    })
    child.send(question)
  })

const results = []
try {
  const sender = start('sender', [rate])
  const { url } = await ask(sender, 'url')
  const learner = start('learner', [url, folder], ['--expose-gc'])
  const { page } = await ask(learner, 'page')
  const viewers = start('viewers', [page, pages])
  await ask(viewers, 'ready')
  await ask(sender, 'start')
  console.log(`${rate} rows a second over MQTT, ${pages} pages, ${minutes} minutes`)
  console.log(
    'minute      sent   learned   heap MB   rss MB   checkpoints   steps behind (most of a page)   frames a page',
  )
  for (let minute = 1; minute <= minutes; minute++) {
    await new Promise((later) => setTimeout(later, 60_000))
    const [sent, own, seen] = [await ask(sender, 'report'), await ask(learner, 'report'), await ask(viewers, 'report')]
    const behind = own.step - Math.min(...seen.steps)
    results.push({ minute, sent: sent.sent, ...own, behind, frames: Math.min(...seen.frames) })
    const cells = [minute, sent.sent, own.learned, (own.heap / 1e6).toFixed(2), (own.rss / 1e6).toFixed(0)]
    console.log(
      [...cells, own.checkpoints, behind, Math.min(...seen.frames)].map((cell) => `${cell}`.padStart(9)).join(' '),
    )
  }
  await ask(sender, 'stop')
  await new Promise((later) => setTimeout(later, 5000))
  const [{ sent }, own, { steps }] = [
    await ask(sender, 'report'),
    await ask(learner, 'report'),
    await ask(viewers, 'report'),
  ]
  const half = results[Math.floor(results.length / 2) - 1]
  const grown = own.heap - half.heap
  console.log(
    `sent ${sent}, learned ${own.learned}; the heap is ${(grown / 1e6).toFixed(2)} MB larger than at half time`,
  )
  if (own.learned !== sent) fail(`${sent} rows were sent and ${own.learned} learned`)
  if (grown > 1e6 && grown > 0.02 * half.heap) fail('the heap grows')
  if (steps.some((step) => step !== own.step)) fail(`pages are at ${steps.join(', ')}; expected ${own.step}`)
  if (values.json) writeFileSync(values.json, JSON.stringify(results))
} finally {
  for (const child of children) child.kill()
  rmSync(folder, { recursive: true, force: true })
}
