import { mkdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { kernelBytes } from '../../../src/kernels/host/bytes.js'
import { fastKernelBytes } from '../../../src/kernels/host/fastBytes.js'
// @ts-expect-error: plain JavaScript
import { compileKernels } from '../../config/kernels.js'

it('the embedded kernels are what their sources compile to', async () => {
  mkdirSync(new URL('../../../dist', import.meta.url), { recursive: true })
  expect(Buffer.from(await compileKernels()).equals(kernelBytes())).toBe(true)
  expect(Buffer.from(await compileKernels(true)).equals(fastKernelBytes())).toBe(true)
}, 180_000)
