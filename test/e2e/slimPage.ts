/** The page that the learn test runs with the package without the kernels, which it fetches. */
import { createModel, init, interpreter } from '../../operators/slim.js'
import type { Model } from '../../src/model.js'
import { learnHere } from './learnHere.js'
import { netConfig } from './learnRun.js'

/** The few globals of a browser that are used here. */
interface Host {
  readonly location: { readonly search: string }
  readonly WebAssembly: { compileStreaming(response: Promise<Response>): Promise<object> }
}
const host = globalThis as unknown as Host

const interpreted = host.location.search === '?interpreter'
init(interpreted ? interpreter : await host.WebAssembly.compileStreaming(fetch('/kernels.wasm')))
learnHere(createModel(netConfig(interpreted ? 'interpreter' : 'wasm')) as Model)
