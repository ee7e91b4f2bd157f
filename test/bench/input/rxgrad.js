// The contestants of rxgrad: what reads rows from stdin, alone and with a logistic model that learns each row (b = 1), at
// a fixed rate as River's does, and untuned.
import { category, createModel, dense, numeric, sgd } from '../../../dist/operators/inNode.js'
import { openTable } from '../../../dist/src/node/index.js'
import { COLUMNS } from './rows.js'

const features = Object.fromEntries(COLUMNS.map((name) => [name, numeric()]))
const schema = { features, target: { y: category({ values: ['0', '1'] }) } }

/** Reads all rows in blocks, as the command line does, and gives each block to `use`. */
const read = async (stdin, use) => {
  const table = await openTable(stdin)
  let rows = 0
  for await (const blocks of table.blocks(schema))
    for (const block of blocks) {
      rows += 'kind' in block ? block.chunk.size : block.length
      use?.(block)
    }
  return rows
}

const learning = (config) => ({
  async run(stdin) {
    const model = createModel({ ...schema, layers: [dense(1)], ...config })
    const rows = await read(stdin, (block) =>
      model.learn(
        'kind' in block ? block.chunk : block.flatMap((reading) => (reading.kind === 'row' ? reading.row : [])),
      ),
    )
    if (model.step !== rows) throw new Error(`${model.step} steps for ${rows} rows`)
    return rows
  },
})

export const contestants = {
  'rxgrad, parser alone': { run: (stdin) => read(stdin) },
  'rxgrad, to θ': learning({ optimizer: sgd({ learningRate: 0.01 }) }),
  'rxgrad, to θ with auto()': learning({}),
}
