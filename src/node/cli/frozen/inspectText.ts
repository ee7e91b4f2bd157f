import { type Field, isCategory } from '../../../features/field.js'
import type { IntervalState } from '../../../intervals/adaptive.js'
import { coverageOf } from '../../../intervals/intervalOf.js'
import type { Model } from '../../../model.js'
import type { Value } from '../../../values.js'
import { columnName, schemaText } from '../../sources/index.js'
import { netsOf } from '../models/nets.js'
import type { Saved } from '../models/session.js'
import { metricTable } from '../output/report.js'
import { openScores } from '../output/scores.js'
import { count } from '../output/table.js'
import type { Frozen } from './frozen.js'

/** The most names of a category that are listed. */
const LISTED = 8

const plural = (number: number, one: string, many = `${one}s`): string =>
  `${count(number)} ${number === 1 ? one : many}`

/** Says in words what a saved model is and what it knows. */
export const inspectText = (saved: Saved, { experts, labels }: Frozen): string => {
  const { path, bytes, description, snapshot, session, schema } = saved
  const { counters, step, kept } = snapshot
  const lines: [title: string, text: string][] = []
  const by = session === undefined ? 'a program' : 'rxgrad learn'
  lines.push(['file', `${path}, ${count(bytes.length)} bytes, saved by ${by}`])
  if (saved.byKey) {
    const { keys, snapshots } = saved.byKey
    const rows = snapshots.reduce((sum, { counters }) => sum + counters.learned, 0)
    lines.push(['models', `one for each of ${namesText(keys, 'value')} in ${columnName(session?.byKey ?? 'a key')}`])
    lines.push([
      '',
      `${plural(rows, 'row')} learned by all; what follows is that of ${keys.at(-1)}, which has learned last`,
    ])
  }
  lines.push(['learned', learnedText(counters, step)])
  const [[name, target]] = Object.entries(schema.target)
  const vocabularies = [...snapshot.vocabularies]
  for (const [feature, field] of Object.entries(schema.features))
    lines.push([lines.some(([title]) => title === 'from') ? '' : 'from', fieldLine(feature, field, vocabularies)])
  lines.push(['predicts', isCategory(target) ? `${name}, ${namesText(labels)}` : `${name}, a number`])
  const horizon = session?.options.horizon
  if (horizon !== undefined) lines.push(['', `that is, what it is ${horizon} rows later`])
  for (const [i, { name: net, sizes }] of netsOf(description.layout).entries())
    lines.push([i === 0 ? 'nets' : '', `${net === '' ? '' : `${net}: `}${sizes.join(' → ')}`])
  if (experts) {
    const shares = Object.entries(experts).sort(([, a], [, b]) => b - a)
    const shown = shares
      .filter(([, share]) => share >= 0.005)
      .map(([expert, share]) => `${expert} ${Math.round(100 * share)} %`)
    lines.push(['experts', shown.join(', ')])
  }
  const parameters = snapshot.parameters.length
  const tensors = plural(description.layout.length, 'tensor')
  lines.push([
    'numbers',
    `${plural(parameters, 'parameter')} in ${tensors}, ${description.precision}; loss ${description.loss.kind}`,
  ])
  const schemaLine = textOf(schema)
  if (schemaLine !== undefined) lines.push(['schema', schemaLine])
  if (session !== undefined) lines.push(['options', optionsText(session.options)])
  for (const errors of Object.values(kept) as Partial<IntervalState>[]) {
    if (errors?.errors === undefined || errors.rows === undefined) continue
    const { coverage } = coverageOf(errors as IntervalState)
    if (errors.rows > 0)
      lines.push(['intervals', `held ${(100 * coverage).toFixed(1)} % of ${plural(errors.rows, 'number')}`])
  }
  const text = lines.map(([title, line]) => `${title.padEnd(10)}${line}\n`).join('')
  if (session?.scores === undefined) return text
  const like = { target: schema.target, labels, stages: { learnedSince: () => 0 } } as unknown as Model
  const levels = (session.options.quantiles as string | undefined)
    ?.split(/[\s,]+/)
    .map(Number)
    .sort((a, b) => a - b)
  const report = openScores(like, true, session.season, levels, session.scores).report()
  return report.rows === 0 ? text : `${text}${metricTable(report).join('\n')}\n`
}

const learnedText = (
  { learned, unlabelled, rejected, drifts }: Saved['snapshot']['counters'],
  step: number,
): string => {
  const others = [
    ...(unlabelled > 0 ? [`${plural(unlabelled, 'row')} without a target predicted`] : []),
    ...(rejected > 0 ? [`${plural(rejected, 'row')} rejected`] : []),
    ...(drifts > 0 ? [plural(drifts, 'drift')] : []),
  ]
  return [`${plural(learned, 'row')} in ${plural(step, 'step')}`, ...others].join('; ')
}

const namesText = (names: readonly Value[], one = 'name'): string => {
  const listed = names.slice(0, LISTED).map((name) => columnName(`${name}`))
  return `${one === 'name' ? 'one of ' : ''}${plural(names.length, one)}: ${listed.join(', ')}${names.length > LISTED ? ', …' : ''}`
}

/** Writes a feature, and the names that a category knows, which are taken from the list. */
const fieldLine = (name: string, field: Field, vocabularies: (readonly Value[])[]): string => {
  if (!isCategory(field)) return `${columnName(name)}, ${field.kind}`
  return `${columnName(name)}, ${namesText(vocabularies.shift() ?? [])}`
}

const textOf = (schema: Saved['schema']): string | undefined => {
  try {
    return schemaText(schema)
  } catch {
    // A field of a program may be one that no cell of a table is read as.
    return undefined
  }
}

const optionsText = (options: Readonly<Record<string, string | true>>): string =>
  Object.entries(options)
    .map(([name, value]) =>
      value === true ? `--${name}` : `--${name} ${/^[\w.:,-]+$/.test(value) ? value : JSON.stringify(value)}`,
    )
    .join(' ')
