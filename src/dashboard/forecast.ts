import { isCategory } from '../features/field.js'
import { knownFieldOf } from '../features/kinds.js'
import type { Axis } from './charts/axis.js'
import type { Picture } from './charts/options.js'
import { createPlot } from './charts/plot.js'
import { comparison } from './comparison.js'
import type { History } from './history.js'
import { marksOf } from './marks.js'
import type { Live } from './page/live.js'
import { figure } from './page/numbers.js'
import { byId, element, type Panel, setText } from './page/page.js'
import type { Palette } from './page/palette.js'
import { namesOf, type View } from './page/view.js'
import { placeOfForecast, placeOfTruth } from './places.js'

/** The number of rows that are shown at first: few enough to see how the forecast differs from the truth. */
const LATEST = 200

/** Shows the forecast of each row beside its truth, and how much better the model is than the best baseline. */
export const createForecast = (
  live: Live,
  history: History,
  { axis, view, chosen }: { axis: Axis; view: (now: number) => View | undefined; chosen: () => number },
  palette: () => Palette,
  changed: () => void,
): Panel => {
  const plot = createPlot(byId('forecast'), byId('forecast-key'), axis, changed)
  const verdict = byId('verdict')
  let all = false
  const buttons = [`Latest ${LATEST}`, 'All'].map((name, i) => {
    const button = element('button', name)
    button.addEventListener('click', () => {
      all = i === 1
      changed()
    })
    return button
  })
  byId('range').append(...buttons)

  const pictureOf = (now: number): Picture => {
    const [times, steps, predicted, truths] = history.rows.columns
    const [name = '', field] = Object.entries(live.welcome?.description.target ?? {})[0] ?? []
    const known = field && knownFieldOf(field)
    const seen = view(now)
    const names = known && isCategory(known) && seen ? namesOf(seen, name).map(String) : undefined
    const { text, model } = palette()
    return {
      of: name,
      data: [
        axis.byTime ? times : steps,
        truths!.map((y) => placeOfTruth(y, names)),
        predicted!.map((y) => placeOfForecast(y, names)),
      ],
      lines: [
        { label: 'truth', color: text, width: 1.5 },
        { label: 'forecast', color: model, width: 2.25, dash: [5, 3] },
      ],
      first: all ? 0 : Math.max(0, times.length - LATEST),
      apart: 0,
      ...(names && { names }),
      marks: marksOf(history, axis),
      write: (value) => (names && value !== undefined ? (names[value] ?? '–') : figure(value)),
    }
  }

  return {
    draw(now) {
      buttons.forEach((button, i) => {
        button.setAttribute('aria-pressed', `${all === (i === 1)}`)
      })
      const target = Object.keys(live.welcome?.description.target ?? {}).join(', ')
      setText(byId('forecast-title'), target === '' ? 'Forecast and truth' : `Forecast and truth: ${target}`)
      const against = comparison(live.evaluation, chosen())
      verdict.dataset.gain = against?.gain ?? ''
      setText(verdict, against?.verdict ?? 'no scores yet')
      setText(byId('reason'), against?.reason ?? '')
      plot.draw(pictureOf(now), palette())
    },
  }
}
