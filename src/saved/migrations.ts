/** Turns what was saved in one format into what the next format would have saved. */
export type Migration = (saved: never) => unknown

/** The migrations by the version that they start from. There is one format so far. */
export const migrations: Readonly<Record<number, Migration>> = {}

/** Brings what was saved in an older format to the present one, version by version. */
export const migrated = <S>(
  saved: S,
  from: number,
  to: number,
  steps: Readonly<Record<number, Migration>> = migrations,
): S => {
  let now: unknown = saved
  for (let version = from; version < to; version++) {
    const step = steps[version]
    if (step === undefined) throw new RangeError(`migrated: there is no migration from format ${version}.`)
    now = step(now as never)
  }
  return now as S
}
