import { element, setText } from '../page/page.js'

export interface LineStyle {
  readonly label: string
  readonly color: string
  readonly width: number
  readonly dash?: readonly number[]
  /** Draws the points alone, without a line between them. */
  readonly dots?: boolean
}

/** The legend of a chart: each line with its value, as a button that hides the line or shows it again. */
export interface Legend {
  readonly hidden: ReadonlySet<string>
  setUp(lines: readonly LineStyle[]): void
  /** Writes the value of each line, and the place on the x axis that they are of. */
  write(values: readonly string[], place: string, zoomed: boolean): void
}

export const createLegend = (list: HTMLElement, changed: () => void, wholeAgain: () => void): Legend => {
  const hidden = new Set<string>()
  const place = element('li', '', 'place')
  const whole = element('button', 'Reset zoom') as HTMLButtonElement
  const last = element('li')
  last.append(whole)
  whole.addEventListener('click', wholeAgain)
  let numbers: readonly HTMLElement[] = []

  return {
    hidden,
    setUp(lines) {
      numbers = lines.map(() => element('strong'))
      const items = lines.map(({ label, color, width, dash, dots }, i) => {
        const button = element('button') as HTMLButtonElement
        const mark = element('i')
        mark.style.borderTop = `${dots ? 5 : Math.ceil(width)}px ${dots ? 'dotted' : dash ? 'dashed' : 'solid'} ${color}`
        button.append(mark, `${label} `, numbers[i]!)
        button.title = 'Hide this line, or show it again'
        button.setAttribute('aria-pressed', `${!hidden.has(label)}`)
        button.addEventListener('click', () => {
          if (!hidden.delete(label)) hidden.add(label)
          button.setAttribute('aria-pressed', `${!hidden.has(label)}`)
          changed()
        })
        const item = element('li')
        item.append(button)
        return item
      })
      list.replaceChildren(...items, place, last)
    },
    write(values, at, zoomed) {
      numbers.forEach((number, i) => {
        setText(number, values[i] ?? '–')
      })
      setText(place, at)
      last.hidden = !zoomed
    },
  }
}
