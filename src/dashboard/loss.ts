import { createChart } from './chart.js'
import type { History } from './history.js'
import type { Live } from './page/live.js'
import { figure } from './page/numbers.js'
import { byId, type Panel, setText } from './page/page.js'
import { type Palette, tint } from './page/palette.js'
import { createSurface } from './page/surface.js'
import { marksOf } from './scores.js'

/** Shows the losses of the rows that were shown as a band, and their fading mean as a line. */
export const createLoss = (live: Live, history: History, palette: () => Palette, changed: () => void): Panel => {
  const surface = createSurface(byId<HTMLCanvasElement>('loss'), changed)
  const chart = createChart(surface, 'waiting for examples')
  return {
    draw() {
      const { losses } = history
      const mean = losses.high[(losses.length - 1) * 2 + 1]
      const kind = live.welcome?.description.loss.kind ?? ''
      setText(
        byId('loss-about'),
        losses.length === 0
          ? 'no example with a label yet'
          : `${kind}, last ${figure(live.sample?.loss)}, mean ${figure(mean)}`,
      )
      chart.draw(
        losses,
        [
          { color: tint(palette(), 1, 0.6), dash: [], width: 1, band: true },
          { color: palette().model, dash: [], width: 2 },
        ],
        marksOf(history),
        palette(),
      )
    },
  }
}
