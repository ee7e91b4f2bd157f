import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { numeric } from '../../../../src/features/numeric.js'
import { dense } from '../../../../src/layers/dense.js'
import { createModel } from '../../../../src/model/createModel.js'
import { openScores } from '../../../../src/node/cli/output/scores.js'
import { openPage } from '../../../../src/node/cli/output/serve.js'
import { connect } from '../../../../src/node/index.js'

const model = () => createModel({ features: { a: numeric() }, target: { y: numeric() }, layers: [dense(1)], seed: 1 })

test('a client gets the step of the last window, which was not full', async () => {
  const learner = model()
  const page = (await openPage(0, 'y', learner))!
  const connection = connect(page.url)
  const seen: number[] = []
  const heard = (async () => {
    for await (const message of connection.messages) if (message.type === 'frame') seen.push(message.step)
  })()
  await expect.poll(() => seen.length).toBe(1)
  const scores = openScores(learner)
  const writer = learner.stages.take('test', 32)
  const learned = writer.learn(Array.from({ length: 40 }, (_, i) => ({ a: i % 5, y: i % 3 })))
  scores.observe(learned)
  page.show(learned, scores.report)
  await expect.poll(() => seen.at(-1)).toBe(1)
  writer.flush()
  page.conclude(scores.report())
  await expect.poll(() => seen.at(-1)).toBe(2)
  writer.release()
  connection.close()
  await heard
  await page.close()
})

test('a port in use is reported in terms of the command line', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  await expect(openPage(port, 'y', model())).rejects.toThrow(
    new RegExp(`^--serve ${port}: port ${port} is in use; give another port, or --serve 0 for any free one\\.$`),
  )
  other.close()
})
