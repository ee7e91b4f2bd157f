import { once } from 'node:events'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { createServer as createHttp } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openScores } from '../../src/node/cli/output/scores.js'
import { createServer } from '../../src/node/index.js'
import { sampleOf } from '../../src/wire/sampleOf.js'
import { launchBrowser } from './browser.js'
import { createFeed, layeredLearner, ownLearner, ownLossLearner, scalarLearner, wideLearner } from './learners.js'
import { bundlePage, inkOf, keepLearning, numberOf, openTab, patience, textOf } from './tabs.js'

/** The folder for screenshots, if they are wanted. */
const pictures = process.env.RXGRAD_SCREENSHOTS

let folder: string
let browser: Browser
beforeAll(async () => {
  folder = await bundlePage()
  if (pictures) await mkdir(pictures, { recursive: true })
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await rm(folder, { recursive: true, force: true })
})

const shoot = async (name: string, url: string): Promise<void> => {
  for (const [size, viewport] of [
    ['1280x800', { width: 1280, height: 800 }],
    ['390x844', { width: 390, height: 844 }],
  ] as const)
    for (const colorScheme of ['light', 'dark'] as const) {
      const tab = await browser.newPage({ viewport, colorScheme })
      await tab.goto(url)
      await expect.poll(() => numberOf(tab, 'step'), patience).toBeGreaterThan(0)
      await tab.waitForTimeout(5000)
      await tab.screenshot({ path: join(pictures as string, `${name}-${size}-${colorScheme}.png`) })
      await tab.close()
    }
}

test('the page is small, and contains no code that evaluates code', async () => {
  const files = await Promise.all(['index.html', 'main.js', 'style.css'].map((name) => readFile(join(folder, name))))
  const bytes = files.reduce((sum, file) => sum + gzipSync(file).length, 0)
  // Of this, 23,000 are uPlot, which brings axes, zooming and the values under the pointer. The forecast, the history
  // and the hints in the drawing are 5,000, the twelve losses, for the gradients in the drawing, 2,000, the mixture of
  // experts 3,000, and the fields that a replica must read, such as times, text and what rows remember, 6,000.
  expect(bytes).toBeLessThan(102_000)
  const [html, script, style] = files.map(String)
  expect(script).not.toMatch(/\beval\(|new Function|\bFunction\(/)
  // It has nothing from elsewhere, and nothing inline.
  expect(html + style).not.toMatch(/https?:\/\/(?!www\.w3\.org\/2000\/svg)/)
  expect(html).not.toMatch(/<script>|<style|\sstyle=|\son[a-z]+=/)
})

describe.each([
  ['a scalar circuit', 'circuit', scalarLearner],
  ['layers', 'layers', layeredLearner],
  ['wide layers of several classes', 'wide', wideLearner],
] as const)('%s', (_, name, create) => {
  test('numbers change, the circuit and the charts are drawn, and the console stays empty', async () => {
    const learner = create()
    const server = await createServer({ models: { [name]: learner.model }, page: folder, maxHz: 100 })
    const stop = keepLearning(learner, server)
    const { tab, complaints } = await openTab(browser, server.url)

    expect(await tab.title()).toContain('rxgrad')
    await expect.poll(() => textOf(tab, 'model'), patience).toBe(name)
    await expect.poll(() => textOf(tab, 'line'), patience).toBe('live')
    await expect.poll(() => numberOf(tab, 'rate'), patience).toBeGreaterThan(0)
    expect(await textOf(tab, 'state')).toBe('learning')
    await expect.poll(() => numberOf(tab, 'clients'), patience).toBe(1)

    const step = await numberOf(tab, 'step')
    await expect.poll(() => numberOf(tab, 'step'), patience).toBeGreaterThan(step + 100)
    await expect
      .poll(() => textOf(tab, 'verdict'), patience)
      .toMatch(/^(equal to|.* (better|worse) than) (no-change|running mean|majority class)$/)
    expect(await textOf(tab, 'circuit-about')).toMatch(
      /^weights at step [\d,]+, on the last row; gradients of the loss$/,
    )
    expect(await textOf(tab, 'outcome')).toMatch(/predicted.*truth.*loss/)
    expect(await textOf(tab, 'announce')).toMatch(/^Step/)

    for (const canvas of ['circuit', 'forecast', 'scores', 'loss']) {
      await expect.poll(async () => (await inkOf(tab, canvas)).drawn, patience).toBeGreaterThan(500)
      const before = await inkOf(tab, canvas)
      await expect.poll(async () => (await inkOf(tab, canvas)).sum, patience).not.toBe(before.sum)
    }
    // The same is there in words and numbers.
    await tab.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    await expect.poll(() => textOf(tab, 'scores-table'), patience).toContain('recent rows')
    await expect.poll(() => textOf(tab, 'circuit-table'), patience).toContain('backward')

    learner.model.stages.reject({ kind: 'rejection', reason: 'expected a number', row: {}, field: 'x' })
    await expect.poll(() => textOf(tab, 'events-about'), patience).toBe('1 rejection')
    if (pictures) await shoot(name, server.url)
    stop()
    await expect.poll(() => textOf(tab, 'state'), patience).toBe('waiting for rows')
    expect(complaints).toEqual([])
    await tab.close()
    await server.close()
  })
})

const UNKNOWN_FIELD =
  /; this page does not know the field kind 'logarithm', so the values inside the net are not computed$/
const UNKNOWN_LOSS = /; this page does not know the loss 'pinball', so the gradients are those of the output$/
describe.each([
  ['members that a user wrote', 'sales', () => ownLearner('gated'), UNKNOWN_FIELD, ['price', 'hour']],
  ['a field that a user wrote, in columns', 'columns', () => ownLearner('dense'), UNKNOWN_FIELD, ['price', 'hour']],
  ['a loss that a user wrote', 'power', ownLossLearner, UNKNOWN_LOSS, ['temperature', 'humidity', 'room', 'hour']],
] as const)('%s', (_, name, create, words, fields) => {
  test('the page shows the model, its scores, its net and its example, and names what it does not know', async () => {
    const learner = create()
    const server = await createServer({ models: { [name]: learner.model }, page: folder, maxHz: 100 })
    const stop = keepLearning(learner, server)
    const { tab, complaints } = await openTab(browser, server.url)
    await expect.poll(() => textOf(tab, 'model'), patience).toBe(name)
    await expect.poll(() => textOf(tab, 'line'), patience).toBe('live')
    expect(await textOf(tab, 'about')).toMatch(/ parameters, f32, pinball loss$/)
    await expect.poll(() => textOf(tab, 'verdict'), patience).toMatch(/^.*(better|worse|equal)/)
    await expect.poll(() => textOf(tab, 'circuit-about'), patience).toMatch(words)
    await expect.poll(() => textOf(tab, 'loss-about'), patience).toBe('pinball, of scaled values')
    expect(await textOf(tab, 'outcome')).toMatch(/predicted.*truth.*error.*loss/)
    const names = "[...document.querySelectorAll('#fields dt')].map((each) => each.textContent)"
    expect(await tab.evaluate(names)).toEqual(fields)
    expect(await textOf(tab, 'fields')).not.toContain('missing')
    for (const canvas of ['circuit', 'forecast', 'scores', 'loss'])
      await expect.poll(async () => (await inkOf(tab, canvas)).drawn, patience).toBeGreaterThan(500)
    await tab.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    await expect.poll(() => textOf(tab, 'circuit-table'), patience).toContain('backward')
    if (name === 'columns') expect(await textOf(tab, 'circuit-table')).toMatch(/price.*sin hour.*cos hour.*sold/)
    if (pictures) await shoot(`own-${name}`, server.url)
    stop()
    expect(complaints).toEqual([])
    await tab.close()
    await server.close()
  })
})

test('it shows that the server is gone, and goes on when it is back', async () => {
  const learner = layeredLearner()
  const first = await createServer({ models: { power: learner.model }, page: folder, epoch: 1 })
  createFeed(learner, first).learn(500)
  const { tab, complaints } = await openTab(browser, first.url)
  await expect.poll(() => textOf(tab, 'step'), patience).toBe('500')
  await first.close()
  await expect.poll(() => textOf(tab, 'line'), patience).toBe('reconnecting')
  expect(await tab.isVisible('#banner')).toBe(true)

  // This is another run, of a model with fewer steps.
  const again = layeredLearner()
  const second = await createServer({ models: { power: again.model }, page: folder, port: first.port, epoch: 2 })
  const stop = keepLearning(again, second)
  await expect.poll(() => textOf(tab, 'line'), patience).toBe('live')
  expect(await tab.isVisible('#banner')).toBe(false)
  await expect.poll(() => numberOf(tab, 'step'), patience).toBeLessThan(500)
  const step = await numberOf(tab, 'step')
  await expect.poll(() => numberOf(tab, 'step'), patience).toBeGreaterThan(step)
  stop()
  // The browser itself reports each failed attempt.
  expect(complaints.filter((text) => !text.startsWith('WebSocket connection to'))).toEqual([])
  await tab.close()
  await second.close()
})

test('a page that is opened after the stream has ended shows the last score and example', async () => {
  const learner = layeredLearner()
  const server = await createServer({ models: { power: learner.model }, page: folder })
  const scores = openScores(learner.model)
  const learned = learner.model.stages.take('test').learn(Array.from({ length: 500 }, (_, i) => learner.row(i)))
  scores.observe(learned)
  server.show(learner.model, { type: 'evaluation', step: 500, ...scores.report() })
  // The step of the example is that of the θ that predicted it, which is before the step of the welcome.
  server.show(learner.model, sampleOf(learned)!)
  const { tab, complaints } = await openTab(browser, server.url)
  await expect.poll(() => textOf(tab, 'step'), patience).toBe('500')
  await expect.poll(() => textOf(tab, 'loss-about'), patience).toBe('huber, of scaled values')
  expect(await textOf(tab, 'verdict')).toMatch(/better|worse|equal/)
  for (const chart of ['forecast', 'scores', 'loss']) expect(await tab.locator(`#${chart}[data-empty]`).count()).toBe(0)
  if (pictures) await tab.screenshot({ path: join(pictures, 'ended.png') })
  expect(complaints).toEqual([])
  await tab.close()
  await server.close()
})

test.each([
  ['of its own', ''],
  ['on a server of another app, with a token', 'a-token-for+this/test'],
])('%s, it shows the first of several models, and then the chosen one', async (_, token) => {
  const [one, other] = [scalarLearner(), layeredLearner()]
  const http = createHttp()
  await once(http.listen(0, '127.0.0.1'), 'listening')
  const place = token ? { server: http, path: '/live/', token } : {}
  const server = await createServer({
    models: { 'one, the first': one.model, other: other.model },
    page: folder,
    ...place,
  })
  for (let i = 0; i < 20; i += 1) other.model.learn(other.row(i))
  const { tab, complaints } = await openTab(browser, `${server.url}?token=${encodeURIComponent(token)}`)
  await expect.poll(() => textOf(tab, 'model'), patience).toBe('one, the first')
  expect(await textOf(tab, 'models')).toBe('one, the firstother')
  await tab.click('text=other')
  await expect.poll(() => textOf(tab, 'model'), patience).toBe('other')
  await expect.poll(() => textOf(tab, 'step'), patience).toBe('20')
  // Only θ has arrived: its weights are drawn, and no number is invented.
  await expect.poll(() => textOf(tab, 'circuit-about'), patience).toMatch(/weights only/)
  expect((await inkOf(tab, 'circuit')).drawn).toBeGreaterThan(500)
  expect(complaints).toEqual([])
  await tab.close()
  await server.close()
  http.close()
  http.closeAllConnections()
})
