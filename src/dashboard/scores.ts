import { createChart, type LineStyle } from './chart.js'
import type { History } from './history.js'
import type { Live } from './page/live.js'
import { figure, grouped } from './page/numbers.js'
import { byId, element, fillTable, type Panel, setText } from './page/page.js'
import type { Palette } from './page/palette.js'
import { createSurface } from './page/surface.js'
import { createSeries } from './series.js'

export interface ScoresPanel extends Panel {
  /** Returns the index of the metric that is shown. */
  chosen(): number
}

const linesOf = ({ model, baselines }: Palette, players: number): readonly LineStyle[] => [
  // The baselines are drawn first, so that the model's line stays visible where lines meet.
  ...Array.from({ length: players }, (_, i) => ({
    color: baselines[i % baselines.length] ?? model,
    dash: i % 2 === 0 ? [6, 4] : [2, 3],
    width: 1.5,
  })),
  { color: model, dash: [], width: 2.25 },
]

/** Returns the marks of events in the charts. Rejections are left out, because they come too often. */
export const marksOf = ({ events }: History): { step: number; label: string }[] =>
  events.flatMap(({ kind, step }) => (kind === 'rejection' ? [] : [{ step, label: kind }]))

/** Shows the metric of the model and of its baselines over the steps, in a chart, a legend and a table. */
export const createScores = (
  live: Live,
  history: History,
  palette: () => Palette,
  changed: () => void,
): ScoresPanel => {
  const surface = createSurface(byId<HTMLCanvasElement>('scores'), changed)
  const chart = createChart(surface, 'waiting for scores')
  const table = byId('scores-table')
  const nothing = createSeries(1, 1)
  let chosen = 0
  let known = ''

  const setUp = (): void => {
    const names = history.curves.map(({ name, players }) => [name, ...players].join()).join(';')
    if (names === known) return
    known = names
    chosen = Math.min(chosen, Math.max(0, history.curves.length - 1))
    byId('metrics').replaceChildren(
      ...history.curves.map(({ name }, i) => {
        const button = element('button', name)
        button.addEventListener('click', () => {
          chosen = i
          changed()
        })
        return button
      }),
    )
    const most = Math.max(0, ...history.curves.map(({ players }) => players.length))
    byId('scores-key').replaceChildren(
      ...Array.from({ length: most + 1 }, (_, i) => {
        const item = element('li')
        item.append(element('i', '', `line${i === 0 ? 0 : ((i - 1) % 3) + 1}`), element('span'), ' ', element('strong'))
        return item
      }),
    )
  }
  const write = (): void => {
    ;[...byId('metrics').children].forEach((button, i) => {
      button.setAttribute('aria-pressed', `${i === chosen}`)
    })
    const metric = live.evaluation?.metrics[chosen]
    ;[...byId('scores-key').children].forEach((item, i) => {
      const [, name, number] = [...item.children] as HTMLElement[]
      const player = i === 0 ? 'model' : (history.curves[chosen]?.players[i - 1] ?? '')
      const score = i === 0 ? metric?.model : metric?.baselines[player]
      setText(name, player)
      setText(number, figure(score?.fading))
    })
    if (!(table.closest('details') as HTMLDetailsElement).open || live.evaluation === undefined) return
    const { metrics, rows } = live.evaluation
    fillTable(
      table,
      [`over ${grouped(rows)} rows`, 'all rows', 'window', 'fading'],
      metrics.flatMap(({ name, model, baselines }) =>
        [['model', model] as const, ...Object.entries(baselines)].map(([player, score]) => [
          `${name}, ${player}`,
          ...[score.cumulative, score.rolling, score.fading].map(figure),
        ]),
      ),
    )
  }

  return {
    chosen: () => chosen,
    draw() {
      setUp()
      write()
      const curve = history.curves[chosen]
      if (curve === undefined) {
        chart.draw(nothing, [], [], palette())
        return
      }
      const lines = linesOf(palette(), curve.players.length)
      chart.draw(curve.series, [...lines.slice(-1), ...lines.slice(0, -1)], marksOf(history), palette())
    },
  }
}
