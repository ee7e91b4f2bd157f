import { grouped } from '../page/numbers.js'
import { byId, element } from '../page/page.js'

/** What all charts have along their x axes: the time, or the steps of the model. */
export interface Axis {
  readonly byTime: boolean
}

export const createAxis = (changed: () => void): Axis => {
  let byTime = true
  const buttons = ['Time', 'Steps'].map((name) => {
    const button = element('button', name)
    button.addEventListener('click', () => {
      byTime = name === 'Time'
      show()
      changed()
    })
    return button
  })
  const show = (): void => {
    buttons.forEach((button, i) => {
      button.setAttribute('aria-pressed', `${byTime === (i === 0)}`)
    })
  }
  show()
  byId('axis').append(...buttons)
  return {
    get byTime() {
      return byTime
    },
  }
}

export const clock = (seconds: number): string => new Date(seconds * 1000).toLocaleTimeString('en-GB')

/** Writes a place on the x axis, such as `12:30:05` or `step 1,204`. */
export const placeOf = (x: number, byTime: boolean): string => (byTime ? clock(x) : `step ${grouped(x)}`)
