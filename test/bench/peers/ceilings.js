// The ceilings are the committed hand-written kernels; they show how far a step is from what this machine can do.

/** Returns the workload as the kernels take it: flat parameters; the width of a sparse row is that of its values. */
const given = ({ layers = [], x, y, size, inputs, indices, active, name }) => ({
  ...{ name, size, x, y },
  ...(indices ? { inputs: active, indices, values: x } : { inputs }),
  ...(layers.length > 0 && { parameters: Float32Array.from(layers.flatMap(({ W, b }) => [...W, ...b])) }),
})

export const open = async ({ workload }) => {
  const kernels = await (await import('../ceilings/index.js')).ceilings([workload])
  return {
    name: 'ceiling',
    version: 'this repository',
    contestants(workload) {
      const kernel = kernels[workload]
      if (!kernel) return []
      return [
        {
          name: 'hand kernel, WASM',
          note: 'data in its memory, one call per run',
          prepare: (made) => kernel.prepare(given(made)),
          run: (rows) => kernel.run(rows),
          loss: () => kernel.loss(),
        },
      ]
    },
  }
}
