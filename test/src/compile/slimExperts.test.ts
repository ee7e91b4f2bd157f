import { expect, it, vi } from 'vitest'

it('createModel of rxgrad/slim says where experts are to be had', async () => {
  vi.resetModules()
  const { createModel } = await import('../../../src/model/slim.js')
  const { experts, numeric } = await import('../../../src/index.js')
  expect(() =>
    createModel({ features: { x: numeric() }, target: { y: numeric() }, experts: { last: experts.noChange() } }),
  ).toThrow("createModel: experts are given, which rxgrad/slim leaves out; import createModel from 'rxgrad'.")
})
