import type { Axis } from './charts/axis.js'
import { createPlot } from './charts/plot.js'
import type { History } from './history.js'
import { marksOf } from './marks.js'
import type { Live } from './page/live.js'
import { figure } from './page/numbers.js'
import { byId, type Panel, setText } from './page/page.js'
import { type Palette, tint } from './page/palette.js'
import { inWords } from './words.js'

/** Shows the losses of the rows that were shown as dots, and their fading mean as a line. */
export const createLoss = (
  live: Live,
  history: History,
  axis: Axis,
  palette: () => Palette,
  changed: () => void,
): Panel => {
  const plot = createPlot(byId('loss'), byId('loss-key'), axis, changed)
  return {
    draw() {
      const [times, steps, , , losses, means] = history.rows.columns
      const { loss, target = {} } = live.welcome?.description ?? {}
      const kind = inWords(loss?.kind ?? '')
      const isScaled = Object.values(target).some((field) => 'scale' in field && field.scale !== 'none')
      setText(
        byId('loss-about'),
        losses!.some((loss) => loss !== null)
          ? `${kind}${isScaled ? ', of scaled values' : ''}`
          : 'no row with a truth yet',
      )
      plot.draw(
        {
          of: kind,
          data: [axis.byTime ? times : steps, losses as (number | null)[], means as (number | null)[]],
          lines: [
            { label: 'each row', color: tint(palette(), 1, 0.6), width: 1, dots: true },
            { label: 'mean', color: palette().model, width: 2 },
          ],
          ...{ first: 0, apart: 0.05, marks: marksOf(history, axis), write: figure },
        },
        palette(),
      )
    },
  }
}
