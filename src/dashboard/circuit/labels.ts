import { figure, signed } from '../page/numbers.js'
import type { Palette } from '../page/palette.js'
import { arrow } from './arrow.js'
import type { Diagram } from './diagram.js'
import type { Flow } from './flows.js'
import { type Box, labelPlaces, type Point } from './geometry.js'

/** A circuit with more wires than this shows their numbers only in the table. */
const MOST_WIRES = 60
const LINE = 14

export interface Labels {
  draw(g: CanvasRenderingContext2D, scene: Scene, palette: Palette): void
}

export interface Scene {
  readonly routes: readonly (readonly Point[])[]
  readonly boxes: readonly Box[]
  readonly flows: readonly Flow[]
  readonly width: number
  readonly height: number
}

interface Text {
  readonly text: string
  /** The number whose sign gives the colour. */
  readonly value?: number
  readonly back?: boolean
}

/**
 * Writes the numbers on the edges: the forward one, the gradient of the weight, and, with an arrow to the left, the
 * share of the gradient that flows back.
 */
export const createLabels = ({ wires }: Diagram): Labels => {
  let widths: number[] = wires.map(() => 0)
  let places: readonly (Box | undefined)[] = []
  let placedFor = ''

  /** Places the labels. Their widths only grow, in steps, so that labels do not move all the time. */
  const place = (g: CanvasRenderingContext2D, texts: readonly (readonly Text[])[], scene: Scene): void => {
    widths = texts.map((lines, i) => {
      const wide = lines.map(({ text, back }) => g.measureText(text).width + (back ? 10 : 0))
      return Math.max(widths[i], Math.ceil(Math.max(0, ...wide) / 8) * 8)
    })
    const key = [scene.width, scene.height, ...widths, ...texts.map(({ length }) => length)].join()
    if (key === placedFor) return
    placedFor = key
    const sizes = texts.map(({ length }, i) => ({ width: widths[i] + 4, height: length * LINE + 2 }))
    places = labelPlaces(scene.routes, sizes, scene.boxes, scene)
  }

  return {
    draw(g, scene, palette) {
      if (wires.length > MOST_WIRES) return
      g.font = `11px ${palette.font}`
      g.textAlign = 'center'
      g.textBaseline = 'middle'
      const texts = scene.flows.map((flow, i) => textsOf(flow, wires[i]?.weight))
      place(g, texts, scene)
      texts.forEach((lines, i) => {
        const box = places[i]
        if (box === undefined || lines.length === 0) return
        g.fillStyle = `${palette.panel}d8`
        g.beginPath()
        g.roundRect(box.x, box.y, box.width, box.height, 4)
        g.fill()
        lines.forEach(({ text, value, back }, row) => {
          const [x, y] = [box.x + box.width / 2, box.y + 1 + LINE * (row + 0.5)]
          g.fillStyle = value === undefined ? palette.text : value < 0 ? palette.minus : palette.plus
          g.fillText(text, x + (back ? 5 : 0), y)
          // The arrow is drawn, because not every font has it.
          if (back) arrow(g, [x - g.measureText(text).width / 2 - 5, y], 7, 3.5)
        })
      })
    },
  }
}

const textsOf = ({ forward, backward, gradient }: Flow, weight: string | undefined): readonly Text[] => [
  ...(forward === undefined
    ? []
    : [{ text: weight === undefined ? `× ${figure(forward)}` : `${weight} ${figure(forward)}` }]),
  ...(gradient === undefined ? [] : [{ text: `grad ${signed(gradient)}`, value: gradient }]),
  ...(backward === undefined ? [] : [{ text: signed(backward), value: backward, back: true }]),
]
