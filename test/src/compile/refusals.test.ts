import { describe, expect, it } from 'vitest'
import { createModel, dense, experts, numeric } from '../../../src/index.js'

const usual = { features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)] }
const created = (changes: object) => () => createModel({ ...usual, ...changes } as unknown as typeof usual)

describe('createModel refuses by name', () => {
  const wrong = [
    [null, 'null'],
    [5, '5'],
    ['x', "'x'"],
    [true, 'true'],
    [[numeric()], 'an array'],
  ] as const
  it.each(wrong)('%s in place of what has names', (value, shown) => {
    expect(created({ features: value })).toThrow(`createModel: features is ${shown}; expected fields by name`)
    expect(created({ target: value })).toThrow(`createModel: targets is ${shown}; expected fields by name`)
    expect(created({ layers: undefined, experts: value })).toThrow(`createModel: experts is ${shown}; expected experts`)
    expect(created({ layers: [{ ...dense(1), initial: value }] })).toThrow(
      `createModel: the initial of layer 1 is ${shown}; expected an initializer`,
    )
  })
  it('what is no member of its kind', () => {
    expect(created({ features: { x: numeric } })).toThrow(
      "createModel: feature 'x' is a function (numeric); expected a field",
    )
    expect(created({ layers: [dense] })).toThrow('createModel: layer 1 is a function (dense); expected a layer')
    expect(created({ layers: undefined, experts: { net: experts.net } })).toThrow(
      "expert 'net' is no expert; expected one such as",
    )
  })
})
