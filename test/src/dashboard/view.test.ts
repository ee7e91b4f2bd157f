import { expect, it } from 'vitest'
import { placesOf } from '../../../src/dashboard/page/fields.js'
import type { Live } from '../../../src/dashboard/page/live.js'
import { createViewer } from '../../../src/dashboard/page/view.js'
import { category, createModel, dense, hashed, lag, numeric } from '../../../src/index.js'
import { sampleOf } from '../../../src/wire/sampleOf.js'

/** What a page has of a model that has learned a row. */
const liveOf = (features: object, row: object): Live => {
  const model = createModel({ features, target: { y: numeric() }, layers: [dense(3, 'tanh'), dense(1)] } as never)
  const learned = model.learn(row as never)
  return {
    welcome: { description: model.description },
    frame: { publication: model.publish(), step: model.step },
    sample: sampleOf(learned),
  } as unknown as Live
}

it.each([
  ['numbers', { a: numeric(), b: numeric() }, { a: 1, b: 2 }, [0, 1, 2]],
  ['names', { a: category(), b: numeric() }, { a: 'x', b: 2 }, [0, 1, 2]],
  [
    'words before a number',
    { a: hashed({ capacity: 64, active: 3 }), b: numeric() },
    { a: ['u', 'v'], b: 2 },
    [0, 7, 8],
  ],
  ['a remembered number', { a: numeric(), b: lag('a', 1) }, { a: 1 }, [0, 1, 2]],
])('a row of %s is shown, with each number at its place', (_, features, row, places) => {
  const live = liveOf(features, { ...row, y: 3 })
  expect(placesOf(live.welcome!.description.features)).toEqual(places)
  const view = createViewer(live)(0)
  expect(view?.problem).toBe('')
  expect(view?.inspection).toBeDefined()
})
