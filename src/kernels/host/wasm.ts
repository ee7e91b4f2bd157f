import type { Arena, Executor, RowRun, RunCode } from '../../program/executor.js'
import { createHeap, type Heap } from './heap.js'
import { type Api, type WasmModule, webAssembly } from './webAssembly.js'

interface Exports {
  run(code: number, from: number, to: number, base: number): number
  learn(code: number, plan: number, base: number, call: number): number
  // biome-ignore format: a line
  runRows(
    code: number, from: number, to: number, base: number,
    first: number, count: number, start: number, stride: number, scratch: number,
  ): number
  /** The bytes of scratch memory in which rows are worked on. */
  readonly SCRATCH: { readonly value: number }
}

type HeapArena = ReturnType<Heap['createArena']>

/**
 * The virtual machine in one WebAssembly memory: the same bytecode and the same bits as the interpreter, many times
 * faster.
 */
export const createWasmExecutor = (compile: (api: Api) => WasmModule): Executor => {
  const api = webAssembly()
  if (!api) throw new TypeError('this host has no WebAssembly')
  const memory = new api.Memory({ initial: 16 })
  const { run, runRows, learn, SCRATCH } = new api.Instance(compile(api), { env: { memory } }).exports as Exports
  const heap: Heap = createHeap(memory, 1024)
  // All models share the scratch memory, since nothing stays in it; it is taken at the start, since a run must not move
  // the memory.
  const scratch = heap.take(SCRATCH.value).base
  const codes = new WeakMap<Int32Array, HeapArena>()
  const staging = heap.createArena(65536)

  /** Places a program's code once for all models that run it, for as long as one of them does. */
  const place = (code: Int32Array): HeapArena => {
    const known = codes.get(code)
    if (known) return known
    const placed = heap.createArena(code.byteLength)
    placed.i32.set(code)
    codes.set(code, placed)
    return placed
  }

  return {
    name: 'wasm',
    createArena: heap.createArena,
    load(code, arena: Arena): RunCode {
      const placed = place(code)
      const own = arena as HeapArena
      return (from, to, rows) => {
        if (!rows) return run(placed.base, from, to, own.base)
        const { first, count, start, stride } = rows
        return runRows(placed.base, from, to, own.base, first, count, start, stride, scratch)
      }
    },
    loadRows(code, plan, arena) {
      const placed = place(code)
      const own = arena as HeapArena
      const run: RowRun['run'] = (call) => learn(placed.base, placed.base + 4 * plan, own.base, call.base)
      return { staging, createCall: heap.createArena, run }
    },
  }
}
