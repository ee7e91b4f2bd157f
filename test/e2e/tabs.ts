import { execFile } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import type { Server } from '../../src/node/index.js'
import { createFeed, type Learner } from './learners.js'

export const patience = { timeout: 30_000, interval: 50 }

/** Bundles the page into a folder of its own. */
export const bundlePage = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'rxgrad-page-'))
  const script = fileURLToPath(new URL('../config/bundle.js', import.meta.url))
  await promisify(execFile)(process.execPath, [script, folder])
  return folder
}

export const textOf = (tab: Page, id: string): Promise<string> =>
  tab.evaluate(`document.getElementById('${id}').textContent`)
export const numberOf = async (tab: Page, id: string): Promise<number> =>
  Number((await textOf(tab, id)).replaceAll(',', ''))

/** Counts the pixels of a canvas that have been drawn, with a checksum that differs between pictures. */
export const inkOf = (tab: Page, id: string): Promise<{ drawn: number; sum: number }> =>
  tab.evaluate(`{
    const canvas = document.querySelector('canvas#${id}, #${id} canvas')
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true })
    copy.drawImage(canvas, 0, 0)
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height)
    let drawn = 0, sum = 0
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] === 0) continue
      drawn += 1
      sum = (sum * 31 + data[i] + data[i + 1] * 3 + data[i + 2] * 7) % 1000003
    }
    ;({ drawn, sum })
  }`)

/** Opens a tab, and collects its errors and console messages. */
export const openTab = async (browser: Browser, url: string): Promise<{ tab: Page; complaints: string[] }> => {
  const tab = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  const complaints: string[] = []
  tab.on('pageerror', (error) => complaints.push(error.message))
  tab.on('console', (message) => complaints.push(message.text()))
  await tab.addInitScript(
    "addEventListener('securitypolicyviolation', (e) => console.error('CSP', e.violatedDirective))",
  )
  await tab.goto(url)
  return { tab, complaints }
}

/** Learns a few rows now and then, until it is stopped. */
export const keepLearning = (learner: Learner, server: Server): (() => void) => {
  const feed = createFeed(learner, server)
  const timer = setInterval(() => feed.learn(10), 25)
  return () => clearInterval(timer)
}
