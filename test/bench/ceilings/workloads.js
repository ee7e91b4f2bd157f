// Describes the ceilings' memory: the size of each piece, and the place of each of the framework's parameters.
const cells = (inputs, units, to) => {
  // Parameter i·units + j of an [in][out] matrix stands at to(i, j).
  const places = []
  for (let i = 0; i < inputs; i++) for (let j = 0; j < units; j++) places.push(to(i, j))
  return places
}
const run = (n, to) => Array.from({ length: n }, (_, i) => to(i))

/** Each piece has its bytes, and for parameters the place of the framework's i-th one, in elements. */
const mlp = (parts, state = {}) => ({ parts, state })

export const workloads = {
  W1: { inputs: 20, ...mlp([['w', 128, run(21, (i) => i)]]) },
  W2: { inputs: 8, ...mlp([['w', 704, run(161, (i) => i)]]) },
  W3: {
    inputs: 784,
    classes: 10,
    ...mlp(
      [
        ['w', 784 * 128 * 4, cells(784, 128, (i, j) => j * 784 + i)],
        ['b', 512, run(128, (i) => i)],
        ['v', 5120, cells(128, 10, (i, j) => j * 128 + i)],
        ['c', 48, run(10, (i) => i)],
      ],
      { work: 2048 },
    ),
  },
  W4: {
    inputs: 784,
    stride: 800,
    classes: 10,
    batch: 128,
    ...mlp(
      [
        ['w', 800 * 128 * 4, cells(784, 128, (i, j) => j * 800 + i)],
        ['b', 512, run(128, (i) => i)],
        ['v', 5120, cells(128, 10, (i, j) => j * 128 + i)],
        ['c', 48, run(10, (i) => i)],
      ],
      { work: 2 * 128 * 576 + 2048 + 8192, lists: 512 * 4160 },
    ),
  },
  W5: {
    inputs: 784,
    stride: 800,
    classes: 10,
    batch: 128,
    ...mlp(
      [
        ['w1', 800 * 512 * 4, cells(784, 512, (i, j) => j * 800 + i)],
        ['b1', 2048, run(512, (i) => i)],
        ['w2', 512 * 2112, cells(512, 512, (i, j) => i * 528 + j)],
        ['b2', 2048, run(512, (i) => i)],
        ['v', 20480, cells(512, 10, (i, j) => j * 512 + i)],
        ['c', 48, run(10, (i) => i)],
      ],
      { transposed: 512 * 2112, work: 4 * 128 * 2112 + 2048 + 2112 + 32768, lists: 512 * 4160 },
    ),
  },
  D: {
    inputs: 6,
    raw: true,
    ...mlp([
      [
        'p',
        4096,
        [...cells(6, 32, (i, j) => 8 * j + i), ...run(32, (j) => 8 * j + 6), ...run(32, (j) => 8 * j + 7), 308],
      ],
    ]),
  },
  S: { inputs: 20, sparse: true, ...mlp([['w', 8 << 20, run(1 << 20, (i) => 2 * i)]]) },
}
