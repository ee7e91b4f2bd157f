import * as rxgrad from '../operators/index.js'
import * as circuits from '../src/circuit.js'
import * as client from '../src/client/index.js'
import * as node from '../src/node/index.js'
import * as testing from '../src/testing/index.js'

/** The names of the functions that a module exports, and of those in its groups, apart from its errors. */
const functionsOf = (exported: object): string[] =>
  Object.entries(exported).flatMap(([name, value]) => {
    if (typeof value === 'object') return functionsOf(value).map((own) => `${name}.${own}`)
    return typeof value === 'function' && !/^[A-Z]\w*Error$/.test(name) ? name : []
  })

/** The names of all functions that the package exports, apart from its errors. */
export const exportedFunctions: readonly string[] = [
  ...new Set([rxgrad, circuits, testing, client, node].flatMap(functionsOf)),
].sort()
