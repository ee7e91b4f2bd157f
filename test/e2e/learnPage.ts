/** The page that the learn test runs with the package as it is installed, which needs nothing else. */
import { createModel } from '../../operators/index.js'
import type { Model } from '../../src/model.js'
import { learnHere } from './learnHere.js'
import { netConfig } from './learnRun.js'

const any = (globalThis as unknown as { location: { search: string } }).location.search === '?any'
learnHere(createModel(netConfig(any ? undefined : 'wasm')) as Model)
