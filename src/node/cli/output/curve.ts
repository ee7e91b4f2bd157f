import type { ScoreboardReport } from '../../../metrics/index.js'
import { count, figure } from './table.js'

/** The scores over recent rows, after so many rows. */
interface Point {
  readonly rows: number
  readonly model: number
  readonly baseline: number
}

/** The scores of a run over recent rows, as they came. */
export interface Curve {
  /** Whether a point is due after so many rows. */
  isDue(rows: number): boolean
  add(rows: number, report: ScoreboardReport): void
  /** Draws the first score of the model beside that of the first baseline. */
  lines(): string[]
}

const WIDTH = 64
const HEIGHT = 12
/** With twice as many points, every second one is forgotten. */
const MOST = 2 * WIDTH

export const openCurve = (): Curve => {
  let points: Point[] = []
  let every = 1
  let next = 1
  let names: readonly [score: string, baseline: string] = ['', '']
  return {
    isDue: (rows) => rows >= next,
    add(rows, { metrics: [first] }) {
      if (first === undefined) return
      const [name, baseline] = Object.entries(first.baselines)[0] ?? ['', undefined]
      names = [first.name, name]
      points.push({ rows, model: first.model.rolling, baseline: baseline?.rolling ?? Number.NaN })
      if (points.length > MOST) {
        points = points.filter((_, i) => i % 2 === 1)
        every *= 2
      }
      next = rows + every
    },
    lines: () => curveLines(points, ...names),
  }
}

/** Draws points: the model is ●, the baseline is ·. */
export const curveLines = (points: readonly Point[], score: string, baseline: string): string[] => {
  const numbers = points.flatMap(({ model, baseline }) => [model, baseline]).filter(Number.isFinite)
  if (numbers.length === 0) return ['there are too few scores for a curve']
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)]
  const end = points.at(-1)!.rows
  const grid = Array.from({ length: HEIGHT }, () => Array<string>(WIDTH).fill(' '))
  const put = (rows: number, value: number, mark: string): void => {
    if (!Number.isFinite(value)) return
    const x = Math.min(WIDTH - 1, Math.floor((WIDTH * rows) / end))
    const y = most === least ? 0 : Math.round(((HEIGHT - 1) * (most - value)) / (most - least))
    grid[y]![x] = mark
  }
  // The model is drawn last, so that it is seen where both are the same.
  for (const { rows, baseline } of points) put(rows, baseline, '·')
  for (const { rows, model } of points) put(rows, model, '●')
  const labels = grid.map((_, y) => (y === 0 ? figure(most) : y === HEIGHT - 1 ? figure(least) : ''))
  const margin = Math.max(...labels.map(({ length }) => length))
  return [
    `${score} over the last 1,000 rows: ● the model, · ${baseline}`,
    ...grid.map((row, y) => `${labels[y]!.padStart(margin)} │${row.join('').trimEnd()}`),
    `${' '.repeat(margin)} └${'─'.repeat(WIDTH)}`,
    `${' '.repeat(margin + 2)}0${`${count(end)} rows`.padStart(WIDTH - 1)}`,
  ]
}
