import { F64, type Field, type FieldKind, type FieldSite } from 'rxgrad'

/** The logarithm of a number, such as a price or a count. */
export interface LogarithmField extends Field<number> {
  readonly kind: 'logarithm'
  readonly missing: 'reject'
  readonly offset: number
}

const LARGEST = 1e150
const refusal = ({ offset }: LogarithmField, value: unknown): string | undefined =>
  typeof value === 'number' && value + offset > 0 && value <= LARGEST
    ? undefined
    : `is ${value}; expected a number above ${-offset}`

const methods = {
  encode(this: LogarithmField, value: unknown, into: { [at: number]: number }, at: number): string | undefined {
    into[at] = value as number
    return refusal(this, value)
  },
  copy(this: LogarithmField, from: ArrayLike<number>, start: number, into: { [at: number]: number }, at: number) {
    into[at] = from[start] as number
    return refusal(this, from[start])
  },
  emit(this: LogarithmField, { emit, raw, columns, constant, scratch }: FieldSite): void {
    const shifted = scratch(1)
    emit('add', { out: shifted, a: raw, b: constant(this.offset), n: 1, type: F64 })
    emit('log', { out: shifted, a: shifted, n: 1, type: F64 })
    emit('cast', { out: columns, a: shifted, n: 1 })
  },
}

/** log(x + offset); a row whose x is not above −offset is rejected. */
export const logarithm = ({ offset = 0 }: { readonly offset?: number } = {}): LogarithmField => ({
  ...{ kind: 'logarithm', missing: 'reject', offset },
  ...methods,
})

export const logarithmKind: FieldKind<LogarithmField> = {
  kind: 'logarithm',
  read({ number, oneOf }) {
    oneOf('missing', ['reject'])
    return logarithm({ offset: number('offset') })
  },
  labels: (_, name) => [`log ${name}`],
}
