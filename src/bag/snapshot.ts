import { LayoutMismatchError } from '../errors.js'
import { shown } from '../options/shown.js'
import type { AnyValue } from '../values.js'
import type { SnapshotByKey } from '../wire/snapshotByKey.js'
import type { Member } from './member.js'

/** Copies what all members have learned, as the snapshot of models by their numbers. */
export const snapshotOfMembers = <R, V extends AnyValue>(members: readonly Member<R, V>[]): SnapshotByKey<number> => {
  const replaced = members.reduce((sum, { state }) => sum + state.replaced, 0)
  return {
    ...{ kind: 'byKey', format: 1, keys: members.map((_, i) => i) },
    snapshots: members.map(({ model }) => model.snapshot()),
    ...{ counters: { evicted: replaced, rejected: 0 }, cursor: members[0].model.cursor },
  }
}

/**
 * Restores all members, or none.
 *
 * @param create makes a member by which a snapshot is tried, because only a whole bag is restored
 */
export const restoreMembers = <R, V extends AnyValue>(
  snapshot: SnapshotByKey<number>,
  members: readonly Member<R, V>[],
  create: (member: number) => Member<R, V>,
): void => {
  const refuse = (what: string, value: unknown, expected: string): never => {
    throw new LayoutMismatchError(`bag.restore: ${what} is ${shown(value)}; expected ${expected}.`)
  }
  if (snapshot?.kind !== 'byKey') refuse('the snapshot', snapshot, 'what snapshot() of a bag returns')
  const { format, keys, snapshots } = snapshot
  if (format !== 1) refuse('format', format, '1')
  const count = Array.isArray(snapshots) && Array.isArray(keys) ? snapshots.length : undefined
  if (count !== members.length || keys.length !== count || keys.some((key, i) => key !== i))
    refuse('the number of members', count, `${members.length}, numbered from 0`)
  const rows = snapshots.map((each, i) => {
    const tried = create(i)
    tried.model.restore(each)
    return tried.state.rows
  })
  const other = rows.findIndex((each) => each !== rows[0])
  if (other >= 0) refuse(`the number of rows of member ${other}`, rows[other], `${rows[0]}, as that of member 0`)
  members.forEach(({ model }, i) => {
    model.restore(snapshots[i])
  })
}
