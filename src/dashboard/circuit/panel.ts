import { figure, signed, whole } from '../numbers.js'
import { byId, fillTable, type Panel, say } from '../page.js'
import type { Palette } from '../palette.js'
import { createSurface, type Surface } from '../surface.js'
import type { View } from '../view.js'
import { type Diagram, diagramOf } from './diagram.js'
import { createDiagramDrawing } from './drawDiagram.js'
import { createNetDrawing } from './drawNet.js'
import { flowsOf, scalarOf } from './flows.js'
import { netOf } from './net.js'

interface Drawing {
  readonly hash: string
  /** A circuit that is drawn node by node has a table too. */
  readonly diagram: Diagram | undefined
  draw(surface: Surface, view: View, palette: Palette): void
}

/** The circuit with what flows through it: node by node, or a layered one in columns. */
export const createCircuitPanel = (
  view: (now: number) => View | undefined,
  palette: () => Palette,
  changed: () => void,
): Panel => {
  const canvas = byId<HTMLCanvasElement>('circuit')
  const surface = createSurface(canvas, changed)
  const table = byId<HTMLDetailsElement>('circuit-table')
  let drawing: Drawing | undefined

  const setUp = ({ description: { hash, circuit } }: View): Drawing => {
    const columns = netOf(circuit)
    const diagram = columns === undefined ? diagramOf(circuit) : undefined
    const made = diagram ? createDiagramDrawing(diagram) : createNetDrawing(columns!)
    // A circuit too wide for the page is scrolled, not shrunk.
    canvas.style.minWidth = `${made.width}px`
    canvas.style.minHeight = `${made.height}px`
    byId('key-ring').hidden = diagram !== undefined
    table.hidden = diagram === undefined
    say(byId('key-forward'), diagram ? 'weight, or ∂to/∂from' : 'weight')
    return { hash, diagram, draw: made.draw }
  }

  return {
    draw(now) {
      const seen = view(now)
      if (seen === undefined) return
      if (drawing?.hash !== seen.description.hash) drawing = setUp(seen)
      say(byId('circuit-about'), aboutOf(seen))
      drawing.draw(surface, seen, palette())
      if (table.open && drawing.diagram) writeTable(table.querySelector('table') as HTMLElement, drawing.diagram, seen)
    },
  }
}

const aboutOf = ({ publication, sample, inspection, labelled, problem }: View): string => {
  if (publication === undefined) return 'waiting for θ'
  const at = `θ at step ${whole(publication.step)}`
  if (problem !== '') return `${at}; ${problem}`
  if (sample === undefined || inspection === undefined) return `${at}; no example has come, so weights only`
  return `${at}, on the last example; ∂ is the gradient of the ${labelled ? 'loss' : 'output: no label yet'}`
}

const writeTable = (table: HTMLElement, diagram: Diagram, view: View): void => {
  const { vertices, wires } = diagram
  const nodes = vertices
    .filter(({ kind }) => kind !== 'loss' && kind !== 'truth')
    .map(({ node, label }) => [
      label,
      figure(scalarOf(view.inspection?.value(node))),
      signed(scalarOf(view.inspection?.gradient(node))),
    ])
  const edges = flowsOf(diagram, view).map(({ forward, backward }, i) => {
    const { from, to, weight } = wires[i]!
    const name = `${vertices[from]?.label} → ${vertices[to]?.label}${weight === undefined ? '' : `, ${weight}`}`
    return [name, figure(forward), signed(backward)]
  })
  fillTable(table, ['node or edge', 'forward', 'backward'], [...nodes, ...edges])
}
