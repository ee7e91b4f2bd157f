// These are bugs that were planted by hand and were once not noticed, each with the tests that must notice it now. The
// text to find is searched for in all files below `under`, with any white space between its words; it has to occur
// once, or `times` times. The bugs of the kernels are in assembly.js.

/**
 * @typedef {object} Change
 * @property {string} find
 * @property {string} replace
 * @property {number} [times]
 */
/**
 * @typedef {object} Planted
 * @property {string} name
 * @property {readonly Change[]} changes
 * @property {string} [under] a folder; by default src
 * @property {boolean} [kernels] whether the kernels have to be built again
 * @property {readonly string[]} tests parts of the paths of test files
 */

/** @type {readonly Planted[]} */
export const planted = [
  {
    name: 'the rollback does not write the counts of names',
    changes: [{ find: 'core.writeCounts() core.counters.rollbacks++', replace: 'core.counters.rollbacks++' }],
    tests: ['test/src/model/rollback'],
  },
  {
    name: 'the rollback does not reset the reach of θ',
    changes: [{ find: 'set64(places.reach, Infinity) core.writeCounts()', replace: 'core.writeCounts()' }],
    tests: ['test/src/model/rollback'],
  },
  {
    name: 'a gradient from elsewhere leaves the lists of touched rows as they are',
    changes: [{ find: 'for (const list of places.lists) set64(list, ANY)', replace: '' }],
    tests: ['test/src/model/foreignGradients'],
  },
  {
    name: 'a group stands before a tensor of its own name',
    changes: [
      {
        find: "grouped.has(name) ? name : grouped.has(group) ? group : ''",
        replace: "grouped.has(group) ? group : grouped.has(name) ? name : ''",
      },
    ],
    tests: ['test/src/optimizers/groups'],
  },
  {
    name: 'guard.every is left out of the hash of the configuration',
    changes: [
      {
        find: 'hashOf([hash, optimizer, loss, freeze, guardEvery, shards])',
        replace: 'hashOf([hash, optimizer, loss, freeze, shards])',
      },
    ],
    tests: ['test/src/model/sameConfiguration'],
  },
  {
    name: 'the healthy state is not copied on restore',
    changes: [{ find: 'bytes: new Uint8Array(snapshot.healthy.bytes)', replace: 'bytes: snapshot.healthy.bytes' }],
    tests: ['test/src/model/snapshotValue'],
  },
  {
    name: 'each index may be less than the one before',
    changes: [{ find: 'if (index <= last) for', replace: 'if (index === last) for' }],
    tests: ['test/src/model/sparseChunks'],
  },
  {
    name: 'the waits between attempts begin again at each loss of a connection',
    changes: [{ find: 'if (performance.now() - openedAt > mostMs) attempts = 0', replace: 'attempts = 0' }],
    tests: ['test/src/client/patience'],
  },
  {
    name: 'a connection on which messages come counts as silent',
    changes: [{ find: 'heardAt = performance.now() try', replace: 'try' }],
    tests: ['test/src/client/patience'],
  },
  {
    name: "a client's messages are counted over its whole life",
    changes: [{ find: 'messages = 0 if (socket.readyState', replace: 'if (socket.readyState' }],
    tests: ['test/src/node/server/flood'],
  },
  {
    name: 'the timer of a closed server is not stopped',
    changes: [{ find: 'clearInterval(pulse)', replace: '' }],
    tests: ['test/src/node/server/nothingLeft'],
  },
  {
    name: 'sections of a frame may share elements',
    changes: [{ find: 'if (start < (next.get(region) ?? 0)) throw', replace: 'if (start < -1) throw' }],
    tests: ['test/src/wire/sections'],
  },
  {
    name: 'the command does not learn its last window',
    changes: [{ find: 'writer.flush() writer.release() page', replace: 'writer.release() page' }],
    tests: ['test/src/node/cli/lastWindow'],
  },
  {
    name: 'the source stays open when its reader stops',
    changes: [{ find: 'await iterator.return?.()', replace: '' }],
    tests: ['test/src/node/sources/gather'],
  },
  {
    name: "1 and '1' are counted as two names",
    changes: [{ find: '(String(Number(text)) === text ? Number(text) : text)', replace: 'text' }],
    tests: ['test/src/node/sources/census'],
  },
]
