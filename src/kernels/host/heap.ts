import type { Arena } from '../../program/executor.js'
import type { WasmMemory } from './webAssembly.js'

const PAGE = 65536
/** Arenas come in four sizes to an octave, so that little is wasted and a freed stretch fits the next request. */
const classOf = (bytes: number): number => {
  let size = 256
  while (size < bytes) size = Math.floor((size * 5) / 4 / 64 + 1) * 64
  return size
}

/** One WebAssembly memory for all models of a process, in stretches that are returned when their model is gone. */
export interface Heap {
  readonly memory: WasmMemory
  /** Reserves a stretch of at least this many bytes, all zero and aligned to 64 bytes. */
  take(bytes: number): Stretch
  createArena(bytes: number): Arena & { readonly base: number }
}
interface Stretch {
  readonly base: number
  readonly size: number
}

export const createHeap = (memory: WasmMemory, start: number): Heap => {
  const free = new Map<number, number[]>()
  let top = (start + 63) & ~63
  let bytes = new Uint8Array(memory.buffer)
  // The generation is raised whenever the memory has grown, because every view of it is invalid then.
  let generation = 0

  const take = (wanted: number): Stretch => {
    const size = classOf(wanted)
    const used = free.get(size)?.pop()
    if (used !== undefined) {
      bytes.fill(0, used, used + size)
      return { base: used, size }
    }
    const base = top
    top += size
    if (top > bytes.length) {
      memory.grow(Math.floor((top - bytes.length + PAGE - 1) / PAGE) + Math.floor(bytes.length / PAGE / 4))
      bytes = new Uint8Array(memory.buffer)
      generation++
    }
    return { base, size }
  }
  const giveBack = ({ base, size }: Stretch): void => {
    const same = free.get(size)
    if (same) same.push(base)
    else free.set(size, [base])
  }
  const gone = new FinalizationRegistry<{ stretch: Stretch }>(({ stretch }) => giveBack(stretch))

  /** This is a class because JavaScript engines read an object literal that has getters slowly. */
  class HeapArena implements Arena {
    readonly #held: { stretch: Stretch }
    #seen = -1
    #i32!: Int32Array
    #f32!: Float32Array
    #f64!: Float64Array
    #bytes!: Uint8Array<ArrayBuffer>
    constructor(held: { stretch: Stretch }) {
      this.#held = held
    }
    get base(): number {
      return this.#held.stretch.base
    }
    get i32(): Int32Array {
      if (this.#seen !== generation) this.#look()
      return this.#i32
    }
    get f32(): Float32Array {
      if (this.#seen !== generation) this.#look()
      return this.#f32
    }
    get f64(): Float64Array {
      if (this.#seen !== generation) this.#look()
      return this.#f64
    }
    get bytes(): Uint8Array {
      if (this.#seen !== generation) this.#look()
      return this.#bytes
    }
    grow(wanted: number): void {
      const old = this.#held.stretch
      if (wanted <= old.size) return
      this.#held.stretch = take(wanted)
      bytes.copyWithin(this.base, old.base, old.base + old.size)
      giveBack(old)
      this.#seen = -1
    }
    #look(): void {
      const { base, size: length } = this.#held.stretch
      this.#i32 = new Int32Array(memory.buffer, base, length >> 2)
      this.#f32 = new Float32Array(memory.buffer, base, length >> 2)
      this.#f64 = new Float64Array(memory.buffer, base, length >> 3)
      this.#bytes = new Uint8Array(memory.buffer, base, length)
      this.#seen = generation
    }
  }

  return {
    memory,
    take,
    createArena(size) {
      const held = { stretch: take(size) }
      const arena = new HeapArena(held)
      gone.register(arena, held)
      return arena
    },
  }
}
