import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { createModelsByKey } from '../../../src/byKey/modelsByKey.js'
import { numeric } from '../../../src/features/numeric.js'
import { dense } from '../../../src/layers/dense.js'
import { createModel } from '../../../src/model/createModel.js'
import type { Model } from '../../../src/model.js'
import type { Row } from '../../../src/values.js'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
/** The bytes in use once no more is freed; finalizers run in tasks of their own. */
const used = async (): Promise<number> => {
  for (let i = 0; i < 4; i++) {
    collect()
    await new Promise((later) => setImmediate(later))
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const KEYS = 250
const learnAll = (active: number) => {
  const byKey = createModelsByKey<Row, number, never, Row>({
    createModel: () =>
      createModel({
        features: { x: numeric() },
        target: { y: numeric() },
        layers: [dense(4, 'tanh'), dense(1)],
      }) as unknown as Model<Row, never>,
    keyOf: ({ key }) => key as number,
    capacity: KEYS,
    onEvict: undefined,
    active,
  })
  for (let i = 0; i < 2 * KEYS; i++) byKey.learn({ key: i % KEYS, x: i, y: 2 * i })
  return byKey
}

it('a model that is swapped out takes a fraction of what one with working parts takes', async () => {
  learnAll(4)
  const before = await used()
  const out = learnAll(4)
  const between = await used()
  const within = learnAll(KEYS)
  const after = await used()
  expect(out.models.size + within.models.size).toBe(2 * KEYS)
  const [small, large] = [(between - before) / KEYS, (after - between) / KEYS]
  expect(small).toBeLessThan(6000)
  // Working parts are what the bound would find if models kept them.
  expect(large).toBeGreaterThan(9000)
})
