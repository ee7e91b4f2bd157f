import { readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createServer } from '../../src/node/index.js'
import { launchBrowser } from './browser.js'
import { layeredLearner, scalarLearner, wideLearner } from './learners.js'
import { bundlePage, inkOf, keepLearning, numberOf, openTab, patience, textOf } from './tabs.js'

let folder: string
let browser: Browser
beforeAll(async () => {
  folder = await bundlePage()
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await rm(folder, { recursive: true, force: true })
})

const sleep = (tab: Page, ms = 400): Promise<void> => tab.waitForTimeout(ms)

test('a page that is opened late shows what came before, and the events that were conflated', async () => {
  const learner = layeredLearner()
  const server = await createServer({ models: { power: learner.model }, page: folder, maxHz: 100 })
  const stop = keepLearning(learner, server)
  await expect.poll(() => learner.model.step, patience).toBeGreaterThan(600)
  for (let i = 0; i < 70; i += 1)
    learner.model.stages.reject({ kind: 'rejection', reason: `number ${i}`, row: {}, field: 'x' })
  stop()
  const { tab, complaints } = await openTab(browser, server.url)
  await expect.poll(() => textOf(tab, 'events-about'), patience).toBe('70 rejections; the latest 60 are listed')
  expect(await tab.locator('#events li').count()).toBe(60)
  expect(await tab.locator('#events li').first().textContent()).toContain('number 69')
  await tab.click('text=All')
  await tab.click('#axis >> text=Steps')
  await tab.hover('#forecast .u-over', { position: { x: 3, y: 60 } })
  // The row at the left of the chart is one of the first.
  await expect
    .poll(() => textOf(tab, 'forecast-key'), patience)
    .toMatch(/truth\s*\S*\d.*forecast\s*\S*\d.*at step \d{1,2}\D/)
  await expect
    .poll(async () => [await textOf(tab, 'step'), await textOf(tab, 'rows')], patience)
    .toEqual(Array(2).fill(learner.model.step.toLocaleString('en')))
  expect(complaints).toEqual([])
  await tab.close()
  await server.close()
})

test('a paused page says so, and whatever makes it draw, it draws the state as of the pause', async () => {
  const learner = scalarLearner()
  const server = await createServer({ models: { a: learner.model }, page: folder })
  const stop = keepLearning(learner, server)
  const { tab } = await openTab(browser, server.url)
  await expect.poll(() => numberOf(tab, 'step'), patience).toBeGreaterThan(100)
  await expect.poll(() => textOf(tab, 'verdict'), patience).toMatch(/than|to/)
  await tab.click('#pause')
  await expect.poll(() => textOf(tab, 'line'), patience).toBe('paused')
  expect(await tab.getAttribute('#pause', 'aria-pressed')).toBe('true')
  await sleep(tab)
  const ids = ['step', 'rows', 'rate', 'verdict', 'reason', 'circuit-about', 'outcome', 'events-about', 'scores-key']
  const texts = (): Promise<string[]> => Promise.all(ids.map((id) => textOf(tab, id)))
  const inks = () => Promise.all(['circuit', 'forecast', 'loss'].map((id) => inkOf(tab, id)))
  const [before, drawn] = [await texts(), await inks()]
  const learned = learner.model.step

  await tab.click('text=RMSE')
  await tab.setViewportSize({ width: 1100, height: 700 })
  await tab.hover('#forecast .u-over')
  await expect.poll(() => learner.model.step, patience).toBeGreaterThan(learned + 100)
  expect((await texts())[0]).toBe(before[0])
  await expect.poll(() => textOf(tab, 'reason'), patience).toMatch(/^Root mean squared error/)
  await tab.click('text=MAE')
  await tab.setViewportSize({ width: 1280, height: 800 })
  await tab.mouse.move(0, 0)
  await expect.poll(texts, patience).toEqual(before)
  await expect.poll(inks, patience).toEqual(drawn)

  await tab.click('#pause')
  await expect.poll(() => numberOf(tab, 'step'), patience).toBeGreaterThan(learned)
  expect(await textOf(tab, 'line')).toBe('live')
  stop()
  await tab.close()
  await server.close()
})

test('a chart shows values under the pointer, zooms by dragging, hides lines, and has time or steps along its axis', async () => {
  const learner = layeredLearner()
  const server = await createServer({ models: { power: learner.model }, page: folder, maxHz: 100 })
  const stop = keepLearning(learner, server)
  const { tab, complaints } = await openTab(browser, server.url)
  await expect.poll(() => numberOf(tab, 'step'), patience).toBeGreaterThan(1500)
  stop()
  await expect.poll(() => textOf(tab, 'state'), patience).toBe('waiting for rows')
  const place = async (x: number): Promise<string> => {
    const box = (await tab.locator('#scores .u-over').boundingBox())!
    await tab.mouse.move(box.x + x * box.width, box.y + 40)
    await sleep(tab)
    return tab.locator('#scores-key .place').textContent() as Promise<string>
  }
  expect(await place(0.5)).toMatch(/^at \d\d:\d\d:\d\d$/)
  await tab.click('#axis >> text=Steps')
  await sleep(tab)
  const stepAt = async (x: number): Promise<number> => Number((await place(x)).replace(/\D/g, ''))
  const [first, last] = [await stepAt(0.001), await stepAt(0.999)]
  expect(last - first).toBeGreaterThan(1000)

  await place(0.3)
  await tab.mouse.down()
  await place(0.6)
  await tab.mouse.up()
  await expect.poll(() => tab.isVisible('#scores-key >> text=Reset zoom'), patience).toBe(true)
  const [from, to] = [await stepAt(0.001), await stepAt(0.999)]
  expect([from > first, to < last, to - from < 0.5 * (last - first)]).toEqual([true, true, true])
  const zoomed = await inkOf(tab, 'scores')
  await tab.click('#scores-key >> text=Reset zoom')
  await expect.poll(() => stepAt(0.999), patience).toBe(last)
  expect((await inkOf(tab, 'scores')).sum).not.toBe(zoomed.sum)

  const { drawn } = await inkOf(tab, 'scores')
  await tab.click('#scores-key >> text=running mean')
  await expect.poll(async () => (await inkOf(tab, 'scores')).drawn, patience).not.toBe(drawn)
  expect(await tab.getAttribute('#scores-key button:has-text("running mean")', 'aria-pressed')).toBe('false')
  expect(complaints).toEqual([])
  await tab.close()
  await server.close()
})

test.each([
  ['layers', layeredLearner, /^unit \d+ of 6, reluvalue \S+gradient \S+$/],
  ['a scalar circuit', scalarLearner, /^x2: sigmoidvalue \S+gradient \S+$/],
] as const)('the drawing of %s says what is under the pointer', async (_, create, words) => {
  const learner = create()
  const server = await createServer({ models: { a: learner.model }, page: folder })
  const { tab } = await openTab(browser, server.url)
  const stop = keepLearning(learner, server)
  await expect.poll(() => textOf(tab, 'circuit-about'), patience).toMatch(/on the last row/)
  stop()
  await tab.locator('#circuit').scrollIntoViewIfNeeded()
  const box = (await tab.locator('#circuit').boundingBox())!
  const [hints, wanted] = [new Set<string>(), [words, /→.*(weight|slope)/]]
  const isFound = () => wanted.every((each) => [...hints].some((hint) => each.test(hint)))
  for (let x = 0.5; x < 1 && !isFound(); x += 0.02)
    for (let y = 0.05; y < 1; y += 0.05) {
      await tab.mouse.move(box.x + x * box.width, box.y + y * box.height)
      await tab.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
      if (await tab.isVisible('#circuit-hint')) hints.add(await textOf(tab, 'circuit-hint'))
    }
  expect(isFound(), [...hints].join('\n')).toBe(true)
  await tab.mouse.move(0, 0)
  await expect.poll(() => tab.isVisible('#circuit-hint'), patience).toBe(false)
  await tab.close()
  await server.close()
})

test.each([
  ['light', 1440, layeredLearner],
  ['dark', 390, wideLearner],
] as const)('axe finds no violation, %s at a width of %i', async (colorScheme, width, create) => {
  const learner = create()
  const server = await createServer({ models: { power: learner.model, other: scalarLearner().model }, page: folder })
  const stop = keepLearning(learner, server)
  const { tab } = await openTab(browser, `${server.url}/?model=power`)
  await tab.emulateMedia({ colorScheme })
  await tab.setViewportSize({ width, height: 844 })
  await expect.poll(() => textOf(tab, 'verdict'), patience).toMatch(/than|to/)
  learner.model.stages.reject({ kind: 'rejection', reason: 'expected a number', row: {}, field: 'x' })
  await tab.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
  await expect.poll(() => textOf(tab, 'events-about'), patience).toBe('1 rejection')
  await tab.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'))
  const found = await tab.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]))',
  )
  expect(found).toEqual([])
  const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
  expect(await tab.evaluate(overflow)).toBe(0)
  stop()
  await tab.close()
  await server.close()
})
