/** What the learn test runs, of the package as it is installed: it needs nothing but itself. */
import { createModel } from '../../operators/index.js'
import type { Model } from '../../src/model.js'
import { learnHere } from './learnHere.js'
import { netConfig } from './learnRun.js'

const any = (globalThis as unknown as { location: { search: string } }).location.search === '?any'
learnHere(createModel(netConfig(any ? undefined : 'wasm')) as Model)
