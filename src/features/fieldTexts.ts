import { categoryText } from './category.js'
import { cyclicText } from './cyclic.js'
import type { FieldTextKind } from './kind.js'
import { lagText } from './lag.js'
import { numericText } from './numeric.js'

/** The kinds that a cell of a table can have, as the command line writes them. */
export const fieldTexts: readonly FieldTextKind[] = [numericText, categoryText, cyclicText, lagText]

/** Returns the text of a kind; undefined if no cell of a table is read as this kind. */
export const fieldTextOf = (kind: string): FieldTextKind | undefined => fieldTexts.find((row) => row.kind === kind)
