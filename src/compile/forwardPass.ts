import { type Circuit, sizeOf } from '../graph/graph.js'
import { align, bytesOf, createAssembler, createRegion, typeOf } from '../program/assembler.js'
import type { Executor } from '../program/executor.js'
import { interpreter } from '../program/interpret.js'
import type { Floats, Precision } from '../values.js'
import { createGraphLowering } from './lowerGraph.js'

/** A circuit's forward pass, which is laid out once and can be run any number of times. */
export interface ForwardPass {
  /** A node's numbers in place: inputs and weights are written before `run`, and any node can be read after it. */
  numbers(id: number): Floats
  run(): void
}

/** Lowers the nodes that `roots` need to bytecode for the interpreter. */
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
  // Leaves that no root needs get a place too, so that all of them can be written.
  const leaves = nodes.flatMap(({ op }, id) => (op === 'input' || op === 'weight' ? [id] : []))
  assembler.segment('forward', () => lowering.lower([...leaves, ...roots]))
  const { code, segments } = assembler.finish()
  const arena = executor.createArena(align(region.bytes))
  const execute = executor.load(code, arena)
  const view: Floats = arena[precision]
  for (const { address, values } of constants) view.set(values, address / bytes)
  const [from, to] = segments.forward
  return {
    numbers(id) {
      const at = lowering.address(id) / bytes
      return view.subarray(at, at + sizeOf(nodes[id].shape))
    },
    run: () => void execute(from, to),
  }
}
