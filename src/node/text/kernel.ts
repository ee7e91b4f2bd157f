import { type WasmMemory, webAssembly } from '../../kernels/host/webAssembly.js'
import { textBytes } from './bytes.js'

interface Exports {
  readonly memory: WasmMemory
  free(): number
  lines(parts: number, count: number, from: number, to: number, into: number): number
  written(): number
  read(form: number, from: number, to: number): number
}

/** The kernel that reads numbers from text and writes them as text. It keeps nothing in its memory between two uses. */
export interface TextKernel extends Omit<Exports, 'free'> {
  /**
   * Returns the addresses of consecutive places of these sizes in bytes, aligned to 8 bytes; it grows the memory if
   * needed.
   */
  room(sizes: readonly number[]): number[]
}

let kernel: TextKernel | undefined

/** Returns the kernel, or undefined if the host has no WebAssembly. */
export const textKernel = (): TextKernel | undefined => {
  const api = webAssembly()
  if (kernel || !api) return kernel
  const exports = new api.Instance(new api.Module(textBytes()), {}).exports as Exports
  const { memory, lines, written, read } = exports
  const start = (exports.free() + 7) & ~7
  kernel = {
    ...{ memory, lines, written, read },
    room(sizes) {
      let end = start
      const places = sizes.map((bytes) => {
        const place = end
        end = (end + bytes + 7) & ~7
        return place
      })
      if (end > memory.buffer.byteLength) memory.grow(Math.ceil((end - memory.buffer.byteLength) / 65536))
      return places
    },
  }
  return kernel
}
