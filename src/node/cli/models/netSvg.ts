import { type Net, netsOf } from './nets.js'
import type { Saved } from './session.js'

const WIDTH = 900
const HEIGHT = 300
const MARGIN = 90
const TITLE = 28
/** The most units of a layer that are drawn; beside them the others are counted. */
const MOST = 16

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const round = (x: number): string => `${Number(x.toFixed(1))}`

/** Returns the units of a layer that are drawn: those with the largest weights, in their order. */
const drawnOf = (strength: readonly number[]): number[] =>
  strength
    .map((size, i) => ({ size, i }))
    .sort((a, b) => b.size - a.size)
    .slice(0, MOST)
    .map(({ i }) => i)
    .sort((a, b) => a - b)

/** Draws the nets of a model: circles for units, and lines whose width and colour are those of the weights. */
export const netSvg = (saved: Saved): string => {
  const nets = netsOf(saved.description.layout)
  const height = Math.max(1, nets.length) * (HEIGHT + TITLE)
  const target = Object.keys(saved.schema.target).join(', ')
  const columns = inputNames(saved)
  const parts = nets.map((net, k) => drawNet(net, k * (HEIGHT + TITLE), saved, columns, target))
  if (nets.length === 0)
    parts.push(`<text x="${WIDTH / 2}" y="${HEIGHT / 2}" text-anchor="middle">This model has no dense layers.</text>`)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">
<title>${escaped(`${saved.path}: the nets that predict ${target}`)}</title>
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
${parts.join('\n')}
</svg>
`
}

/** Returns a name for each input of the nets; none where a feature has a number of inputs that is not known. */
const inputNames = ({ schema, description, snapshot }: Saved): readonly string[] => {
  let vocabulary = 0
  const names = Object.entries(schema.features).flatMap(([name, field]) => {
    const room = field.names?.().capacity
    if (room === undefined) return [name]
    const known = snapshot.vocabularies[vocabulary++] ?? []
    return Array.from({ length: room }, (_, i) => (i < known.length ? `${name} ${known[i]}` : `${name} (free)`))
  })
  const inputs = netsOf(description.layout)[0]?.sizes[0]
  return names.length === inputs ? names : []
}

const drawNet = (
  { name, sizes, weights }: Net,
  top: number,
  { snapshot }: Saved,
  inputs: readonly string[],
  target: string,
): string => {
  const weightOf = (layer: number, from: number, to: number): number => {
    const { offset, shape } = weights[layer]!
    return snapshot.parameters[offset + from * shape[1]! + to]!
  }
  /** How much the weights of a unit are together, those into it or, for an input, those from it. */
  const strengthOf = (layer: number, unit: number): number => {
    const [at, others] = layer === 0 ? [0, sizes[1]!] : [layer - 1, sizes[layer - 1]!]
    let sum = 0
    for (let i = 0; i < others; i++) sum += Math.abs(layer === 0 ? weightOf(at, unit, i) : weightOf(at, i, unit))
    return sum
  }
  const drawn = sizes.map((size, layer) => drawnOf(Array.from({ length: size }, (_, unit) => strengthOf(layer, unit))))
  const xOf = (layer: number): number => MARGIN + (layer * (WIDTH - 2 * MARGIN)) / (sizes.length - 1)
  const yOf = (layer: number, place: number): number =>
    top + TITLE + ((place + 0.5) * (HEIGHT - TITLE)) / drawn[layer]!.length
  const lines: string[] = []
  weights.forEach((_, layer) => {
    let most = 0
    for (const from of drawn[layer]!)
      for (const to of drawn[layer + 1]!) most = Math.max(most, Math.abs(weightOf(layer, from, to)))
    drawn[layer]!.forEach((from, i) => {
      drawn[layer + 1]!.forEach((to, j) => {
        const weight = weightOf(layer, from, to)
        const share = most === 0 ? 0 : Math.abs(weight) / most
        // A line that cannot be seen takes room in the file.
        if (share < 0.02) return
        lines.push(
          `<line x1="${round(xOf(layer))}" y1="${round(yOf(layer, i))}" x2="${round(xOf(layer + 1))}" y2="${round(yOf(layer + 1, j))}" stroke="${weight < 0 ? '#c2410c' : '#1d4ed8'}" stroke-width="${round(0.3 + 2.7 * share)}" stroke-opacity="${round(0.2 + 0.7 * share)}"/>`,
        )
      })
    })
  })
  const circles = drawn.flatMap((units, layer) =>
    units.map((unit, place) => {
      const [x, y] = [xOf(layer), yOf(layer, place)]
      const label = layer === 0 ? (inputs[unit] ?? '') : layer === sizes.length - 1 && sizes[layer] === 1 ? target : ''
      const anchor = layer === 0 ? `x="${round(x - 10)}" text-anchor="end"` : `x="${round(x + 10)}"`
      const text = label === '' ? '' : `<text ${anchor} y="${round(y + 4)}">${escaped(label)}</text>`
      return `<circle cx="${round(x)}" cy="${round(y)}" r="5" fill="#fff" stroke="#334155"/>${text}`
    }),
  )
  const counts = sizes.map((size, layer) => {
    const shown = drawn[layer]!.length < size ? `${drawn[layer]!.length} of ${size}` : `${size}`
    return `<text x="${round(xOf(layer))}" y="${top + TITLE - 8}" text-anchor="middle" fill="#64748b">${shown}</text>`
  })
  const title = name === '' ? '' : `<text x="8" y="${top + TITLE - 8}" font-weight="bold">${escaped(name)}</text>`
  return [...lines, ...circles, ...counts, title].join('\n')
}
