// node viewers.js URL PAGES: so many pages that read all that a server tells.
import { connect } from '../../../dist/src/node/index.js'

const [url, count] = process.argv.slice(2)
const pages = Array.from({ length: Number(count) }, () => ({ step: 0, frames: 0 }))
const connections = pages.map(() => connect(url))
const read = async (page, { messages }) => {
  for await (const message of messages) {
    page.frames++
    if ('step' in message) page.step = Math.max(page.step, message.step)
  }
}
pages.forEach((page, i) => {
  read(page, connections[i]).catch((error) => {
    console.error(error)
    process.exit(1)
  })
})
const answers = {
  ready: () => Promise.all(connections.map(({ welcome }) => welcome)).then(() => ({})),
  report: async () => ({ steps: pages.map(({ step }) => step), frames: pages.map(({ frames }) => frames) }),
}
process.on('message', async (question) => process.send(await answers[question]()))
