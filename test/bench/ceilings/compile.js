// Compiles a ceiling's AssemblyScript in memory and instantiates it on a memory of its own.
import { readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const folder = fileURLToPath(new URL('./assembly/', import.meta.url))
const PAGE = 65536

/** Compiles assembly/<name>.ts to a module. */
export const compile = async (name) => {
  let binary
  const { error, stderr } = await asc.main(
    [
      `${folder}${name}.ts`,
      ...['--outFile', 'kernel.wasm', '--runtime', 'stub', '--enable', 'simd', '--disable', 'mutable-globals'],
      ...['--importMemory', '--noExportMemory', '--noAssert', '-O3', '--converge'],
    ],
    {
      // The compiler finds its files here, whatever the current folder is.
      readFile: (file, base) => {
        try {
          return readFileSync(isAbsolute(file) ? file : join(base, file), 'utf8')
        } catch {
          return null
        }
      },
      writeFile: (file, contents) => {
        if (file.endsWith('.wasm')) binary = contents
      },
      listFiles: () => [],
    },
  )
  if (error) throw new Error(`${name}: ${error.message}\n${stderr}`)
  return new WebAssembly.Module(binary)
}

/** Creates a memory with the given pieces, each on cache lines of its own, and instantiates the kernel on it. */
export const instantiate = (module, sizes) => {
  const places = {}
  let end = PAGE
  for (const [name, bytes] of Object.entries(sizes)) {
    places[name] = end
    // Pieces are a cache line apart, so that those of 2^n bytes do not share the same cache sets.
    end += Math.ceil((bytes + 64) / 64) * 64
  }
  const memory = new WebAssembly.Memory({ initial: Math.ceil(end / PAGE) + 1 })
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  const f32 = (name, length) => new Float32Array(memory.buffer, places[name], length)
  const f64 = (name, length) => new Float64Array(memory.buffer, places[name], length)
  const u32 = (name, length) => new Uint32Array(memory.buffer, places[name], length)
  return { places, exports, f32, f64, u32 }
}
