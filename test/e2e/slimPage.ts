/** What the learn test runs, of the package without the kernels' text: it fetches them. */
import { createModel, init } from '../../operators/slim.js'
import type { Model } from '../../src/model.js'
import { learnHere } from './learnHere.js'
import { netConfig } from './learnRun.js'

/** The little of a browser's globals that is used here. */
interface Host {
  readonly location: { readonly search: string }
  readonly WebAssembly: { compileStreaming(response: Promise<Response>): Promise<object> }
}
const host = globalThis as unknown as Host

// without them: to see what is said
const bare = host.location.search === '?bare'
if (!bare) init(await host.WebAssembly.compileStreaming(fetch('/kernels.wasm')))
learnHere(createModel(netConfig(bare ? undefined : 'wasm')) as Model)
