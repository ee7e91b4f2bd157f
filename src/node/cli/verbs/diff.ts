import { existsSync } from 'node:fs'
import { JournalError } from '../../journal/journalError.js'
import { partingOf } from '../../journal/parting.js'
import { columnName, InputError } from '../../sources/index.js'
import type { DiffRequest } from '../arguments/replayArgs.js'
import { UsageError } from '../arguments/usageError.js'
import { compareSaved, type ModelsApart, type NumbersApart } from '../frozen/compareSaved.js'
import { savedOfOne } from '../frozen/keyedFrozen.js'
import { isFolder, openRun, type RecordedRun } from '../learning/recordedRun.js'
import { openSaved, type Saved } from '../models/session.js'
import { START } from '../output/recorder.js'
import { count } from '../output/table.js'

/** Runs `rxgrad diff` and resolves to the exit code, which is 1 if they differ, as that of diff is. */
export const diff = async ({ one, other, json }: DiffRequest): Promise<number> => {
  const write = (found: object, lines: readonly string[]): void => {
    process.stdout.write(json ? `${JSON.stringify(found)}\n` : lines.map((line) => `${line}\n`).join(''))
  }
  try {
    for (const path of [one, other])
      if (!existsSync(path))
        throw new UsageError(`there is no ${path}; expected two recorded runs, or two saved models.`)
    const areRuns = [one, other].map(isRun)
    if (areRuns[0] !== areRuns[1])
      throw new UsageError(
        `${one} is ${kindOf(areRuns[0]!)}, and ${other} is ${kindOf(areRuns[1]!)}; give two of a kind.`,
      )
    return await (areRuns[0] ? runsApart(one, other, write) : modelsApart(one, other, write))
  } catch (error) {
    throw error instanceof InputError || error instanceof JournalError ? new UsageError(error.message) : error
  }
}

const isRun = (path: string): boolean => isFolder(path) && existsSync(`${path}/${START}`)
const kindOf = (isRun: boolean): string => (isRun ? 'a recorded run' : 'a saved model')

type Write = (found: object, lines: readonly string[]) => void

const modelsApart = async (one: string, other: string, write: Write): Promise<number> => {
  const saved = [await openSaved(one), await openSaved(other)] as const
  if (saved[0].byKey || saved[1].byKey) return keysApart(saved, write)
  const found = compareSaved(...saved)
  const lines = modelLines(found)
  write({ same: lines.length === 0, ...found }, lines.length === 0 ? ['the models are the same, to the bit'] : lines)
  return lines.length === 0 ? 0 : 1
}

/** Compares models by key: the keys that one of them lacks, and each model that both have. */
const keysApart = ([one, other]: readonly [Saved, Saved], write: Write): number => {
  const [mine, theirs] = [one.byKey?.keys ?? [], other.byKey?.keys ?? []]
  if (!one.byKey || !other.byKey)
    throw new UsageError(
      `${(one.byKey ? one : other).path} has a model for each key, and the other has one model; give two of a kind.`,
    )
  const keys = { one: mine.filter((key) => !theirs.includes(key)), other: theirs.filter((key) => !mine.includes(key)) }
  const lines = [
    ...keys.one.map((key) => `${key}: ${one.path} alone has it`),
    ...keys.other.map((key) => `${key}: ${other.path} alone has it`),
  ]
  const models: Record<string, ModelsApart> = {}
  for (const [i, key] of mine.entries()) {
    const j = theirs.indexOf(key)
    if (j < 0) continue
    const found = compareSaved(savedOfOne(one, i), savedOfOne(other, j))
    const own = modelLines(found)
    if (own.length > 0) models[`${key}`] = found
    lines.push(...own.map((line) => `${key}: ${line}`))
  }
  const same = ['the models of all keys are the same, to the bit']
  write({ same: lines.length === 0, keys, models }, lines.length === 0 ? same : lines)
  return lines.length === 0 ? 0 : 1
}

const modelLines = ({ settings, steps, tensors, names, others }: ModelsApart): string[] => [
  ...settingLines(settings),
  ...(steps === undefined ? [] : [`step: ${count(steps[0])} | ${count(steps[1])}`]),
  ...tensors.map(numbersLine),
  ...names.map(({ field, one, other }) => `names of ${field}: ${namesText(one)} | ${namesText(other)}`),
  ...(others.length > 0 ? [`also differ: ${others.join(', ')}`] : []),
]
const numbersLine = ({ name, differ, of, largest, index, one, other }: NumbersApart): string =>
  `${name}: ${count(differ)} of ${count(of)} numbers differ, by up to ${Number(largest.toPrecision(3))}; the first is [${index}], ${one} | ${other}`
const LISTED = 8
const namesText = (names: readonly string[]): string =>
  names.length === 0
    ? 'no other'
    : `${names.slice(0, LISTED).join(', ')}${names.length > LISTED ? ` and ${count(names.length - LISTED)} more` : ''}`

const runsApart = async (one: string, other: string, write: Write): Promise<number> => {
  const runs = [await openRun(one), await openRun(other)] as const
  const { settings } = compareSaved(runs[0].saved, runs[1].saved)
  const shapes = runs.map(({ model }) => JSON.stringify(model.layout.map(({ name, shape }) => [name, shape])))
  if (shapes[0] !== shapes[1]) {
    write({ same: false, settings }, ['the runs are of other models:', ...settingLines(settings)])
    return 1
  }
  const parted = await partingOf(
    { model: runs[0].model, steps: runs[0].steps() },
    { model: runs[1].model, steps: runs[1].steps() },
  )
  if (parted === undefined) {
    const { rows, model } = runs[0]
    write({ same: true, step: model.step, rows, settings }, [
      `the runs are the same, to the bit, up to their end at step ${model.step}`,
      ...settingLines(settings),
    ])
    return 0
  }
  const { step, tensor, index, one: mine, other: theirs } = parted
  const rows = await Promise.all(runs.map(({ learned, rowAt }) => rowAt(learned)))
  const row = runs[0].learned
  const where =
    tensor === undefined
      ? [endedText(runs, step)]
      : [`the runs part at step ${step}, in ${tensor}[${index}]: ${mine} | ${theirs}`, rowsText(row, rows)]
  write({ same: false, ...parted, row, rows, settings }, [...where, ...settingLines(settings)])
  return 1
}

/** Says in which columns the rows differ by which runs part. */
const rowsText = (
  row: number,
  [one = {}, other = {}]: readonly (Readonly<Record<string, unknown>> | undefined)[],
): string => {
  if (row === 0) return 'before the first row'
  const text = (value: unknown): string => (value === undefined ? 'none' : JSON.stringify(value))
  const differing = Object.keys({ ...one, ...other })
    .filter((name) => !Object.is(one[name], other[name]))
    .map((name) => `${columnName(name)}: ${text(one[name])} | ${text(other[name])}`)
  return differing.length === 0
    ? `by row ${count(row)}, which is the same in both`
    : `by row ${count(row)}, which differs in ${differing.join(', ')}`
}

const settingLines = (settings: ModelsApart['settings']): string[] =>
  settings.map(([name, mine, theirs]) => `${name}: ${mine ?? 'none'} | ${theirs ?? 'none'}`)

const endedText = (runs: readonly RecordedRun[], step: number): string => {
  const [first, second] = runs.map(({ path, rows }) => `${path} has ${count(rows)} rows`)
  return `the runs are the same up to step ${step - 1}, where one of them ends: ${first}, and ${second}`
}
