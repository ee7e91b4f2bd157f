// These are bugs of the kernels, which StrykerJS cannot read. Each is planted in a copy, and its kernels are rebuilt.

/** @type {readonly import('./planted.js').Planted[]} */
export const assembly = [
  {
    name: 'weights whose gradient is 0 keep all of G, even if only a share of it is to be kept',
    changes: [{ find: 'if (still && left >= SUMMED && isZeroBlock', replace: 'if (left >= SUMMED && isZeroBlock' }],
    tests: ['test/src/kernels/windowRows'],
  },
  {
    name: 'the reach of a small net ignores that the bias has an input of 1',
    changes: [{ find: 'steepest * max<f64>(input, 1)', replace: 'steepest * input' }],
    tests: ['test/src/model/smallInputs'],
  },
  {
    name: 'the careful loop ignores that the bias has an input of 1',
    changes: [{ find: 'steepest * max<f64>(most, 1)', replace: 'steepest * most' }],
    tests: ['test/src/model/smallInputs'],
  },
  {
    name: 'the careful loop ignores the bound of the bias',
    changes: [{ find: '|| steepest < bound', replace: '|| true' }],
    tests: ['test/src/model/smallInputs'],
  },
  {
    name: 'a sparse row ignores that the bias has an input of 1',
    changes: [{ find: 'max<f64>(<f64>load<f32>(own, MOST), 1)', replace: '<f64>load<f32>(own, MOST)' }],
    tests: ['test/src/model/smallInputs'],
  },
  {
    name: 'each index of a sparse row may be less than the one before',
    changes: [{ find: 'if (index <= last) ordered = false', replace: 'if (index == last) ordered = false' }],
    tests: ['test/src/model/sparseChunks'],
  },
  {
    name: 'rounding errors count as spread, in the kernels and in the interpreter',
    changes: [
      { find: 'NO_SPREAD: f64 = 1e-20', replace: 'NO_SPREAD: f64 = 0' },
      { find: 'NO_SPREAD = 1e-20', replace: 'NO_SPREAD = 0' },
    ],
    tests: ['test/src/features/noSpread'],
  },
  {
    name: 'a row that was touched twice gets two steps',
    changes: [{ find: 'if (row != load<f64>(rows + ((kept - 1) << 3)))', replace: 'if (true)' }],
    tests: ['test/src/kernels/executors'],
  },
  {
    name: 'the search for the largest number of a vector leaves out its end',
    changes: [
      { find: 'let top = furthest<T>(most) for (; at <', replace: 'let top = furthest<T>(most)\n  for (; at + 4 <' },
    ],
    tests: ['test/src/kernels/windowRows', 'test/src/kernels/executors'],
  },
  {
    name: 'after a drift, only the rows that a window touched forget',
    changes: [
      { find: 'const all = count < 0 || (isAdaptive', replace: 'const all = count < 0 || (false && isAdaptive' },
    ],
    tests: ['test/src/kernels/executors', 'test/src/model/touched'],
  },
  {
    name: 'the drift rule does not limit a very large loss',
    changes: [{ find: 'min<f64>(load<f64>(losses), cap)', replace: 'load<f64>(losses)' }],
    tests: ['test/src/kernels/executors'],
  },
  {
    name: 'two fields side by side are not clipped from below',
    changes: [{ find: 'f64x2.pmax(f64x2.pmin(z, clips), f64x2.neg(clips))', replace: 'f64x2.pmin(z, clips)' }],
    tests: ['test/src/model/rowsInOneCall'],
  },
].map((bug) => ({ ...bug, kernels: true }))
