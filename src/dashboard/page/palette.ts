/** The colours of the style sheet, for drawing on a canvas. */
export interface Palette {
  readonly panel: string
  readonly text: string
  readonly muted: string
  readonly line: string
  readonly plus: string
  readonly minus: string
  readonly model: string
  readonly baselines: readonly string[]
  readonly mark: string
  readonly font: string
}

/** Returns a function that gives the colours: always the same object, until the colour scheme changes. */
export const createPalette = (changed: () => void): (() => Palette) => {
  let palette: Palette | undefined
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    palette = undefined
    changed()
  })
  return () => {
    palette ??= read()
    return palette
  }
}

const read = (): Palette => {
  const style = getComputedStyle(document.documentElement)
  const of = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return {
    panel: of('panel'),
    text: of('text'),
    muted: of('muted'),
    line: of('line'),
    plus: of('plus'),
    minus: of('minus'),
    model: of('model'),
    baselines: [of('baseline1'), of('baseline2'), of('baseline3')],
    mark: of('mark'),
    font: style.fontFamily,
  }
}

/** Returns the colour of an x in −1 … 1: blue above 0, orange below, and more transparent nearer to 0. */
export const tint = ({ plus, minus }: Palette, x: number, most = 1): string => {
  const size = Math.min(1, Math.abs(x)) * most
  return `${x < 0 ? minus : plus}${Math.round(255 * (Number.isNaN(size) ? 0 : size))
    .toString(16)
    .padStart(2, '0')}`
}
