// This is the package's entry in Node: the same list, and `console.log(model)` shows five lines worth reading. Pages, for
// which each byte counts, get `index.js` itself.

import { bringPortrait } from '../src/model/portrait.js'

export * from './index.js'

bringPortrait()
