import { element } from '../page/page.js'
import type { Point } from './geometry.js'
import type { Hint } from './hints.js'

/** Shows a hint beside the pointer while it is over an element. */
export interface Hover {
  /** Writes what is under the pointer, as `hintAt` says. */
  write(hintAt: (at: Point) => Hint | undefined): void
}

export const createHover = (over: HTMLElement, box: HTMLElement, changed: () => void): Hover => {
  let at: Point | undefined
  over.addEventListener('pointermove', ({ offsetX, offsetY }) => {
    at = [offsetX, offsetY]
    changed()
  })
  over.addEventListener('pointerleave', () => {
    at = undefined
    changed()
  })
  return {
    write(hintAt) {
      const hint = at && hintAt(at)
      box.hidden = hint === undefined
      if (at === undefined || hint === undefined) return
      const [x, y] = at
      box.replaceChildren(...hint.map((line, i) => element(i === 0 ? 'strong' : 'span', line)))
      // The box stays within the drawing, on whichever side of the pointer there is more room.
      box.style.left = `${x}px`
      box.style.top = `${y}px`
      const [right, low] = [x > over.clientWidth / 2, y > over.clientHeight / 2]
      box.style.transform = `translate(${right ? 'calc(-100% - 12px)' : '12px'}, ${low ? 'calc(-100% - 8px)' : '8px'})`
    },
  }
}
