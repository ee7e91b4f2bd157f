// This is the lecture's last circuit: two paths lead from x3 to f, and the gradient of x3 is the sum over both.

import { strict as assert } from 'node:assert'
import { circuit, inspect } from 'rxgrad/circuit'

const f = circuit(({ input, weight, neuron, named, add, sub, sigmoid }) => {
  const [x3, x4, x5] = [input('x3'), input('x4'), input('x5')]
  const x1 = named('x1', add(x3, x5))
  const x2 = neuron('x2', sigmoid, [x3, weight('w3')], [x4, weight('w4')])
  return { f: sub(x1, x2) }
})

const pass = inspect(f, { x3: 2, x4: -1, x5: 0.5, w3: 0.5, w4: 0.25 })
console.log(`net2 = ${pass.value('net2')}, x2 = ${pass.value('x2')}, f = ${pass.value('f')}`)
for (const { from, to, local, upstream, contribution } of pass.edges)
  console.log(`${from} → ${to}: ∂${to}/∂${from} = ${local}, times ∂f/∂${to} = ${upstream}, gives ${contribution}`)

const { paths, sum } = pass.explain('x3')
for (const { nodes, factors, product } of paths)
  console.log(`${nodes.join(' → ')}: ${factors.join(' · ')} = ${product}`)
console.log(`∂f/∂x3 = ${sum}`)

// ∂f/∂x3 = −σ'·w3 + 1
const x2 = pass.value('x2') as number
assert.equal(pass.gradient('x3'), -(x2 * (1 - x2)) * 0.5 + 1)
assert.equal(paths.length, 2)
