import { describe, expect, it } from 'vitest'
import { runSnippet } from '../../runSnippet.js'

const learn = `
  import { createModel, dense, init, numeric } from 'rxgrad'
  import { kernelBytes } from './src/kernels/host/bytes.js'
  const build = (config) =>
    createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(4, 'relu'), dense(1)], ...config })
  const learned = (model) => {
    for (let i = 0; i < 50; i++) model.learn({ x: i % 7, y: i % 5 })
    return model.predict({ x: 3 }).value
  }
`

describe('hosts', () => {
  it('that allow no WebAssembly run the interpreter, with one warning and the same bits', async () => {
    const { stdout, stderr } = await runSnippet(`${learn}
      const before = learned(build())
      delete globalThis.WebAssembly
      console.log(before === learned(build({ executor: 'interpreter' })))`)
    expect([stdout, stderr]).toEqual(['true\n', ''])
    const without = await runSnippet(`delete globalThis.WebAssembly
      ${learn}
      console.log(learned(build()) === learned(build()))
      try { build({ executor: 'wasm' }) } catch (error) { console.log(error.message) }`)
    expect(without.stdout).toBe(
      'true\ncreateModel: WebAssembly does not run here (TypeError: this host has no WebAssembly).\n',
    )
    expect(without.stderr.match(/the interpreter runs, with the same bits/g)).toHaveLength(1)
  })

  it('that allow only precompiled modules take init(module)', async () => {
    const { stdout, stderr } = await runSnippet(`${learn}
      const module = new WebAssembly.Module(kernelBytes())
      WebAssembly.Module = function () { throw new Error('compilation is not allowed') }
      init(module)
      console.log(learned(build({ executor: 'wasm' })) === learned(build({ executor: 'interpreter' })))`)
    expect([stdout, stderr]).toEqual(['true\n', ''])
  })
})
