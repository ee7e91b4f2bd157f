import { from, lastValueFrom } from 'rxjs'
import { expect, it } from 'vitest'
import { createModel, dense, learnByKey, type Model, numeric, type Row } from '../../operators/index.js'

it('goes on with a model that it gave away and is given back, as if it had never left', async () => {
  const away = new Map<string, Model<Row>>()
  const create = (): Model<Row> =>
    createModel({
      features: { x: numeric() },
      target: { y: numeric() },
      layers: [dense(2, 'tanh'), dense(1)],
    }) as Model<Row>
  const rows = [...'aaaabaaaababbab'].map((key, i) => ({ key, x: i % 3, y: i }))
  const byKey = learnByKey<Row, string>(
    (key) => away.get(key) ?? create(),
    ({ key }) => key as string,
    { capacity: 1, onEvict: (key, model) => away.set(key, model as Model<Row>) },
  )
  await lastValueFrom(from(rows as Row[]).pipe(byKey))
  for (const key of ['a', 'b']) {
    const lone = create()
    for (const row of rows) if (row.key === key) lone.learn(row)
    const model = byKey.get(key) ?? away.get(key)!
    expect(model.snapshot()).toEqual(lone.snapshot())
  }
})
