import { mkdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { kernelBytes } from '../../../src/kernels/host/bytes.js'
import { fastKernelBytes } from '../../../src/kernels/host/fastBytes.js'
import { textBytes } from '../../../src/node/text/bytes.js'
// @ts-expect-error: plain JavaScript
import { digestOf } from '../../config/digest.js'
import { deep } from '../../runs.js'

const digests = JSON.parse(readFileSync(new URL('../../config/digests.json', import.meta.url), 'utf8'))
// The compiler is loaded only where something is compiled.
// @ts-expect-error: plain JavaScript
const kernels = () => import('../../config/kernels.js')

describe.each([
  ['kernelBytes', 'kernels', kernelBytes, async () => (await kernels()).compileKernels()],
  ['fastKernelBytes', 'kernels', fastKernelBytes, async () => (await kernels()).compileKernels(true)],
  ['textBytes', 'node/text', textBytes, async () => (await kernels()).compileText()],
])('%s', (name, source, bytes, compile) => {
  it('was made by `npm run kernels` from the present sources', () => {
    expect(digests[name], 'Run `npm run kernels`: the sources or the bytes have changed.').toBe(
      digestOf(source, bytes()),
    )
  })

  if (deep)
    it('equals what the sources compile to', async () => {
      mkdirSync(new URL('../../../dist', import.meta.url), { recursive: true })
      expect(Buffer.from(await compile()).equals(bytes())).toBe(true)
    }, 180_000)
})
