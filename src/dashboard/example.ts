import type { FieldSettings } from '../features/kind.js'
import type { Value } from '../values.js'
import { outcomeOf, textOf } from './outcome.js'
import { isNumber, placesOf } from './page/fields.js'
import type { Live } from './page/live.js'
import { grouped, shortest } from './page/numbers.js'
import { byId, element, type Panel, setText } from './page/page.js'
import { namesOf, type View } from './page/view.js'

/** Shows the last row, its prediction and its true value. */
export const createExample = (live: Live, view: (now: number) => View | undefined): Panel => {
  let shown: unknown

  return {
    draw(now) {
      const { sample, welcome } = live
      const about = byId('example-about')
      if (sample === undefined || welcome === undefined) {
        setText(about, 'none yet')
        if (shown !== undefined) for (const id of ['outcome', 'fields']) byId(id).replaceChildren()
        shown = undefined
        return
      }
      if (sample === shown) return
      shown = sample
      const seen = view(now)
      const { features, target } = welcome.description
      const valueAt = (name: string, field: FieldSettings, encoded: number | undefined): Value | undefined => {
        const given = sample.row?.[name]
        if (given !== undefined || encoded === undefined || Number.isNaN(encoded)) return given
        return isNumber(field) ? encoded : seen && namesOf(seen, name)[encoded]
      }
      const places = placesOf(features)
      const truths = Object.entries(target).map(([name, field], i) => valueAt(name, field, sample.y?.[i]))
      setText(about, `predicted at step ${grouped(sample.step)}, before it was learned`)
      fill(byId('outcome'), outcomeOf(target, sample, truths))
      fill(
        byId('fields'),
        Object.entries(features).map(
          ([name, field], i) => [name, textOf(valueAt(name, field, sample.x[places[i]]), field, shortest)] as const,
        ),
      )
    },
  }
}

/** Writes names and values. Elements that are there are reused, so that nothing on the page jumps. */
const fill = (list: HTMLElement, pairs: readonly (readonly [string, string])[]): void => {
  if (list.childElementCount !== pairs.length)
    list.replaceChildren(
      ...pairs.map(() => {
        const pair = element('div')
        pair.append(element('dt'), element('dd'))
        return pair
      }),
    )
  pairs.forEach(([name, value], i) => {
    const [dt, dd] = [...(list.children[i] as HTMLElement).children] as [HTMLElement, HTMLElement]
    setText(dt, name)
    setText(dd, value)
  })
}
