import { figure, grouped, signed } from '../page/numbers.js'
import { byId, fillTable, type Panel, setText } from '../page/page.js'
import type { Palette } from '../page/palette.js'
import { createSurface } from '../page/surface.js'
import type { View } from '../page/view.js'
import { type Diagram, diagramOf } from './diagram.js'
import { createDiagramDrawing, type Drawing } from './drawDiagram.js'
import { createNetDrawing } from './drawNet.js'
import { flowsOf, scalarOf } from './flows.js'
import { createHover } from './hover.js'
import { expertsOf, type LayerColumn, netOf } from './net.js'
import { numbersOf } from './placedColumn.js'
import { MOST_UNITS, unitsOf } from './units.js'

interface Shown {
  readonly hash: string
  /** The expert whose net is drawn, if the circuit mixes several. */
  readonly expert: string | undefined
  readonly drawing: Drawing
  /** Returns the same content as rows of a table. */
  rows(view: View): readonly (readonly string[])[]
}

/** Shows the circuit with its values and gradients: in columns if it is layered, otherwise node by node. */
export const createCircuitPanel = (
  view: (now: number) => View | undefined,
  palette: () => Palette,
  changed: () => void,
): Panel => {
  const canvas = byId<HTMLCanvasElement>('circuit')
  const surface = createSurface(canvas, changed)
  const table = byId<HTMLDetailsElement>('circuit-table')
  const hover = createHover(canvas, byId('circuit-hint'), changed)
  let shown: Shown | undefined

  const setUp = ({ description: { hash, circuit } }: View, expert: string | undefined): Shown => {
    const columns = netOf(circuit, expert)
    const diagram = diagramOf(circuit)
    const drawing = columns ? createNetDrawing(columns) : createDiagramDrawing(diagram)
    // A circuit that is too wide for the page is scrolled rather than shrunk.
    const { style } = canvas.parentElement as HTMLElement
    style.minWidth = `${drawing.width}px`
    if (drawing.height > 0) style.minHeight = `${drawing.height}px`
    byId('key-ring').hidden = columns === undefined
    setText(byId('key-forward'), columns ? 'weight' : 'weight, or slope')
    return { hash, expert, drawing, rows: (view) => (columns ? rowsOfNet(columns, view) : rowsOf(diagram, view)) }
  }

  return {
    draw(now) {
      const seen = view(now)
      if (seen === undefined) return
      const experts = expertsOf(seen)
      const expert = expertToDraw(seen, experts, shown?.expert)
      if (shown?.hash !== seen.description.hash || shown.expert !== expert) shown = setUp(seen, expert)
      setText(byId('circuit-about'), [aboutOf(seen), ...expertsText(experts, expert)].join('; '))
      shown.drawing.draw(surface, seen, palette())
      hover.write(shown.drawing.hintAt)
      if (table.open)
        fillTable(
          table.querySelector('table') as HTMLElement,
          ['unit or edge', 'forward', 'backward'],
          shown.rows(seen),
        )
    },
  }
}

/** The expert that is drawn changes only if another one has so much more weight that the drawing does not flicker. */
const expertToDraw = (
  { description }: View,
  experts: ReturnType<typeof expertsOf>,
  drawn: string | undefined,
): string | undefined => {
  const nets = experts.filter(({ name }) => netOf(description.circuit, name) !== undefined)
  const own = nets.find(({ name }) => name === drawn)
  const [first] = nets
  return own && first && own.weight > first.weight / 3 ? drawn : (first?.name ?? drawn)
}

const expertsText = (experts: ReturnType<typeof expertsOf>, drawn: string | undefined): string[] => {
  const shares = experts.filter(({ weight }) => weight >= 0.005).slice(0, 4)
  const texts = shares.map(({ name, weight }) => `${name} ${Math.round(100 * weight)} %`)
  return drawn === undefined ? [] : [`the net of the expert ${drawn}; the experts' weights are ${texts.join(', ')}`]
}

const aboutOf = ({ publication, sample, inspection, labelled, problem }: View): string => {
  if (publication === undefined) return 'waiting for the weights'
  const at = `weights at step ${grouped(publication.step)}`
  if (problem !== '') return `${at}; ${problem}`
  if (sample === undefined || inspection === undefined) return `${at}; no row yet: weights only`
  return `${at}, on the last row; gradients of the ${labelled ? 'loss' : 'output, because the row has no truth'}`
}

const rowsOf = (diagram: Diagram, view: View): string[][] => {
  const { vertices, wires } = diagram
  const nodes = vertices
    .filter(({ kind }) => kind !== 'loss' && kind !== 'truth')
    .map(({ node, label }) => [
      label,
      figure(scalarOf(view.inspection?.value(node))),
      signed(scalarOf(view.inspection?.gradient(node))),
    ])
  const edges = flowsOf(diagram, view).map(({ forward, backward }, i) => {
    const { from, to, weight } = wires[i]
    const name = `${vertices[from]?.label} → ${vertices[to]?.label}${weight === undefined ? '' : `, ${weight}`}`
    return [name, figure(forward), signed(backward)]
  })
  return [...nodes, ...edges]
}

/** Returns a row for each unit; for a column of many units, one row with the number farthest from 0. */
const rowsOfNet = (columns: readonly LayerColumn[], view: View): string[][] =>
  columns.flatMap(({ node, size }, i) => {
    const [values, gradients] = [view.inspection?.value(node), view.inspection?.gradient(node)].map(numbersOf)
    const units = unitsOf(view, columns, i)
    if (units.length > MOST_UNITS)
      return [[`${node}, largest of ${size}`, figure(scalarOf(values)), signed(scalarOf(gradients))]]
    return units.map(({ index, label }) => [
      label === '' ? `${node} ${index + 1}` : label,
      figure(values?.[index]),
      signed(gradients?.[index]),
    ])
  })
