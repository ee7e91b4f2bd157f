import type { CategoryField } from './category.js'
import type { CyclicField } from './cyclic.js'
import type { HashedField } from './hashed.js'
import type { NumericField } from './numeric.js'

export type Field = NumericField | CategoryField | CyclicField | HashedField

export type Fields = Readonly<Record<string, Field>>
