import type { Axis } from './charts/axis.js'
import type { LineStyle } from './charts/legend.js'
import { createPlot } from './charts/plot.js'
import type { History } from './history.js'
import { marksOf } from './marks.js'
import type { Live } from './page/live.js'
import { figure, grouped } from './page/numbers.js'
import { byId, element, fillTable, type Panel, setText } from './page/page.js'
import type { Palette } from './page/palette.js'
import { inWords } from './words.js'

export interface ScoresPanel extends Panel {
  /** Returns the index of the metric that is shown. */
  chosen(): number
}

const linesOf = ({ model, baselines }: Palette, players: readonly string[]): readonly LineStyle[] => [
  { label: 'model', color: model, width: 2.25 },
  ...players.map((label, i) => ({
    ...{ label, color: baselines[i % baselines.length] ?? model, width: 1.5 },
    dash: i % 2 === 0 ? [6, 4] : [2, 3],
  })),
]

/** Shows the metric of the model and of its baselines, in a chart and a table. */
export const createScores = (
  live: Live,
  history: History,
  axis: Axis,
  palette: () => Palette,
  changed: () => void,
): ScoresPanel => {
  const plot = createPlot(byId('scores'), byId('scores-key'), axis, changed)
  const table = byId('scores-table')
  let chosen = 0
  let known = ''

  const setUp = (): void => {
    const names = history.curves.map(({ name }) => name).join()
    if (names === known) return
    known = names
    chosen = Math.min(chosen, Math.max(0, history.curves.length - 1))
    byId('metrics').replaceChildren(
      ...history.curves.map(({ name }, i) => {
        const button = element('button', name)
        button.title = inWords(name)
        button.addEventListener('click', () => {
          chosen = i
          changed()
        })
        return button
      }),
    )
  }
  const write = (): void => {
    ;[...byId('metrics').children].forEach((button, i) => {
      button.setAttribute('aria-pressed', `${i === chosen}`)
    })
    const curve = history.curves[chosen]
    setText(
      byId('scores-about'),
      curve === undefined ? 'no scores yet' : `${inWords(curve.name)}, recent rows; ${curve.better} is better`,
    )
    if (!(table.closest('details') as HTMLDetailsElement).open || live.evaluation === undefined) return
    const { metrics, rows } = live.evaluation
    fillTable(
      table,
      [`over ${grouped(rows)} rows`, 'all rows', 'window', 'recent rows'],
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
      const [times, steps, ...scores] = curve?.track.columns ?? [[], []]
      plot.draw(
        {
          of: curve?.name ?? '',
          data: [axis.byTime ? times : steps, ...(scores as (number | null)[][])],
          lines: curve === undefined ? [] : linesOf(palette(), curve.players),
          ...{ first: 0, apart: 0.05, marks: marksOf(history, axis), write: figure },
        },
        palette(),
      )
    },
  }
}
