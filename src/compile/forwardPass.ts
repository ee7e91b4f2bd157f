import { type Circuit, type Node, sizeOf } from '../graph/graph.js'
import { align, bytesOf, createAssembler, createRegion, typeOf } from '../program/assembler.js'
import type { Executor } from '../program/executor.js'
import { interpreter } from '../program/interpret.js'
import type { Floats, Precision } from '../values.js'
import { createGraphLowering } from './lowerGraph.js'

/** A circuit's forward pass, laid out once, run as often as wanted. */
export interface ForwardPass {
  /** A node's numbers in place: an input's or a weight's are written before `run`, any node's are read after it. */
  numbers(id: number): Floats
  run(): void
}

/** Lowers what `roots` need to bytecode, for the interpreter. */
export const createForwardPass = (
  { nodes }: Pick<Circuit, 'nodes'>,
  roots: readonly number[],
  precision: Precision = 'f64',
  executor: Executor = interpreter,
): ForwardPass => {
  const bytes = bytesOf(precision)
  const assembler = createAssembler(typeOf(precision))
  const region = createRegion(0, bytes)
  const constants: { address: number; values: readonly number[] }[] = []
  const lowering = createGraphLowering(nodes, {
    emit: assembler.emit,
    activations: region,
    leaf: (_, node) => region.take(sizeOf(node.shape)),
    constant: (values) => {
      const address = region.take(values.length)
      constants.push({ address, values })
      return address
    },
  })
  // leaves that no root needs get their place too, so that all of them can be written
  const leaves = nodes.flatMap(({ op }, id) => (op === 'input' || op === 'weight' ? [id] : []))
  assembler.segment('forward', () => lowering.lower([...leaves, ...roots]))
  const { code, segments } = assembler.finish()
  const arena = executor.createArena(align(region.bytes))
  const execute = executor.load(code, arena)
  const view: Floats = arena[precision]
  for (const { address, values } of constants) view.set(values, address / bytes)
  const [from, to] = segments.forward as readonly [number, number]
  return {
    numbers(id) {
      const at = lowering.address(id) / bytes
      return view.subarray(at, at + sizeOf((nodes[id] as Node).shape))
    },
    run: () => void execute(from, to),
  }
}
