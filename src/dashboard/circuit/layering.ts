import type { Diagram } from './diagram.js'

/** A place in a drawing: the column, counted from the left, and y from 0 at the top to 1. */
export interface Place {
  readonly column: number
  y: number
}

export interface Layering {
  readonly columns: number
  /** The largest number of places in one column. */
  readonly rows: number
  readonly vertices: readonly Place[]
  /** The places that each wire runs through: one in each column, with both ends. */
  readonly wires: readonly (readonly Place[])[]
}

interface Spot extends Place {
  readonly before: Spot[]
  readonly after: Spot[]
}

/**
 * Places the vertices in layers, so that every wire runs to the right and few wires cross. It follows Sugiyama's steps
 * in their simplest form.
 */
export const layering = ({ vertices, wires }: Diagram): Layering => {
  const column = columnsOf({ vertices, wires })
  const columns = Math.max(...column) + 1
  const spot = (at: number): Spot => ({ column: at, y: 0, before: [], after: [] })
  const spots = vertices.map((_, i) => spot(column[i]))
  const stacks: Spot[][] = Array.from({ length: columns }, () => [])
  for (const each of spots) stacks[each.column]?.push(each)

  // A wire over several columns gets a place in each, so that it does not run through other vertices.
  const routes = wires.map(({ from, to }) => {
    const [start, end] = [spots[from], spots[to]]
    const route = [start]
    for (let at = start.column + 1; at < end.column; at += 1) {
      const bend = spot(at)
      stacks[at]?.push(bend)
      route.push(bend)
    }
    route.push(end)
    route.slice(1).forEach((next, i) => {
      route[i]?.after.push(next)
      next.before.push(route[i])
    })
    return route
  })

  const rows = Math.max(...stacks.map(({ length }) => length))
  for (const stack of stacks) spread(stack)
  for (let sweep = 0; sweep < 12; sweep += 1) {
    const forward = sweep % 2 === 0
    for (const stack of forward ? stacks : [...stacks].reverse()) {
      const wanted = new Map(stack.map((each) => [each, middle(forward ? each.before : each.after) ?? each.y]))
      stack.sort((a, b) => (wanted.get(a) as number) - (wanted.get(b) as number))
      spread(stack)
    }
  }
  for (let round = 0; round < 8; round += 1) for (const stack of stacks) settle(stack, 1 / rows)
  return { columns, rows, vertices: spots, wires: routes }
}

/**
 * Returns the column of each vertex, which is the length of its longest path from a start. A vertex without inputs
 * stands right before the first column that it feeds, but the circuit's inputs stand at the left.
 */
const columnsOf = ({ vertices, wires }: Diagram): number[] => {
  const column = vertices.map(() => 0)
  // Vertices may be out of order (a constant is placed when first used), so this repeats until none moves.
  for (let moved = true; moved; ) {
    moved = false
    for (const { from, to } of wires) {
      if (column[to] > column[from]) continue
      column[to] = column[from] + 1
      moved = true
    }
  }
  vertices.forEach(({ kind }, i) => {
    if (kind === 'input' || wires.some(({ to }) => to === i)) return
    const next = wires.filter(({ from }) => from === i).map(({ to }) => column[to])
    if (next.length > 0) column[i] = Math.min(...next) - 1
  })
  return column
}

const spread = (stack: readonly Spot[]): void => {
  stack.forEach((each, i) => {
    each.y = (i + 0.5) / stack.length
  })
}

const middle = (others: readonly Spot[]): number | undefined =>
  others.length === 0 ? undefined : others.reduce((sum, { y }) => sum + y, 0) / others.length

/** Moves each place towards its neighbours, in the same order, at least a gap apart, and within 0 … 1. */
const settle = (stack: readonly Spot[], gap: number): void => {
  stack.forEach((each, i) => {
    const wanted = middle([...each.before, ...each.after]) ?? each.y
    const above = i === 0 ? gap / 2 : stack[i - 1].y + gap
    each.y = Math.max(above, (each.y + wanted) / 2)
  })
  for (let i = stack.length - 1, most = 1 - gap / 2; i >= 0; i -= 1, most -= gap)
    stack[i].y = Math.min(stack[i].y, most)
}
