// The part of WebAssembly's own API that is used here, because the core's TypeScript knows neither the DOM nor Node.

export interface WasmMemory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}
/** A compiled module: `WebAssembly.Module`. */
export type WasmModule = object
export interface Api {
  readonly Memory: new (config: { initial: number }) => WasmMemory
  readonly Module: new (bytes: Uint8Array) => WasmModule
  readonly Instance: new (module: WasmModule, imports: object) => { readonly exports: unknown }
}

/** WebAssembly's API, or undefined where the host has none. */
export const webAssembly = (): Api | undefined => (globalThis as { WebAssembly?: Api }).WebAssembly
