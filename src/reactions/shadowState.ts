import type { PairedState } from '../compete/pairedCusum.js'
import type { DriftDetector } from '../drift/detector.js'
import { problemOfDetector } from '../drift/problemOfDetector.js'
import type { KeptForm } from '../late.js'
import type { Observe } from '../metrics/observed.js'
import type { Model } from '../model.js'
import type { Reacting, Twin } from '../reacting.js'
import { decodeSnapshot, encodeSnapshot } from '../wire/snapshot.js'
import { isCount, problemOfNumbers } from './reaction.js'

/** The model that is trained since a warning, and how it compares with the first one. */
export interface Shadow extends Twin<Model<never>> {
  readonly observe: Observe<never>
  readonly test: PairedState
  /** The number of rows that it has been given. */
  rows: number
}

export interface ShadowState {
  shadow: Shadow | undefined
  /** The number of rows since the last warning or, once there was a drift, since the last drift. */
  since: number
  drifted: boolean
  /** The state of the detector that warns, if it is another one. */
  warning: unknown
}

/** A shadow as plain data: the bytes of its snapshot are the codes of a text. */
interface SavedShadow {
  readonly snapshot: string
  readonly test: PairedState
  readonly rows: number
}

/** Any number will do, because a model whose θ has left the numbers costs as much; costs and their sums are not below 0. */
const isNumber = (x: unknown): boolean => typeof x === 'number'
const isCost = (x: unknown): boolean => typeof x === 'number' && !(x < 0)

const TEST: Readonly<Record<keyof PairedState, typeof isCount>> = {
  count: isCount,
  weight: isCost,
  mean: isNumber,
  squares: isCost,
  sum: isCost,
  rows: isCount,
  champion: isCost,
  challenger: isCost,
  scored: isCount,
  refused: isCount,
}

const textOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

/** @param weaker the detector that warns, if it is another one than that of `detectDrift` */
export const createShadowForm = (
  reacting: Reacting<Model<never>>,
  weaker: DriftDetector | undefined,
  observe: (model: Model<never>) => Observe<never>,
): KeptForm<ShadowState> => {
  const loaded = ({ snapshot, test, rows }: SavedShadow): Shadow => {
    const twin = reacting.createTwin()
    twin.model.restore(decodeSnapshot(bytesOf(snapshot)))
    return { ...twin, observe: observe(twin.model), test: { ...test }, rows }
  }
  const problemOfShadow = (saved: SavedShadow): string | undefined => {
    if (typeof saved?.snapshot !== 'string') return 'has no snapshot of its shadow'
    const wrong = problemOfNumbers(saved, { rows: isCount }) ?? problemOfNumbers(saved.test, TEST)
    if (wrong) return wrong
    try {
      loaded(saved)
    } catch (error) {
      return `has a shadow that does not fit this model (${(error as Error).message})`
    }
    return undefined
  }
  return {
    save: ({ shadow, ...state }) => ({
      ...state,
      shadow: shadow
        ? { snapshot: textOf(encodeSnapshot(shadow.model.snapshot())), test: { ...shadow.test }, rows: shadow.rows }
        : null,
    }),
    load: (saved) => {
      const { shadow, since, drifted, warning } = saved as Omit<ShadowState, 'shadow'> & { shadow: SavedShadow | null }
      return { shadow: shadow ? loaded(shadow) : undefined, since, drifted, warning }
    },
    problemOf: (saved) => {
      const { shadow, drifted, warning } = (saved ?? {}) as Partial<Record<keyof ShadowState, unknown>>
      if (typeof drifted !== 'boolean') return 'does not say whether there was a drift'
      const wrong = weaker && problemOfDetector(weaker, warning)
      if (wrong) return `${wrong}, which warns`
      return (
        problemOfNumbers(saved, { since: isCount }) ?? (shadow ? problemOfShadow(shadow as SavedShadow) : undefined)
      )
    },
  }
}
