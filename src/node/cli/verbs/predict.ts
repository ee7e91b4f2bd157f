import { isCategory } from '../../../features/field.js'
import type { Prediction } from '../../../records.js'
import type { RowAt } from '../../sources/index.js'
import { chosenColumns, refuseUnknown } from '../arguments/columnOptions.js'
import type { PredictRequest } from '../arguments/frozenArgs.js'
import { type PredictedBy, runFrozen } from '../frozen/frozenRun.js'
import { csvLines } from '../output/csvLines.js'
import { openOutput } from '../output/output.js'
import { rejectedLines, unreadLines } from '../output/report.js'

/** What is written of a row. */
type Written = Record<string, unknown>

/** Runs `rxgrad predict` and resolves to the exit code. */
export const predict = async (request: PredictRequest): Promise<number> => {
  const { digits, output: form, explain } = request
  let keep: readonly string[] = []
  let finish = async (): Promise<void> => {}
  const result = await runFrozen(
    request,
    (columns) => {
      const chosen = chosenColumns({ keep: request.keep }, columns)
      refuseUnknown(chosen, columns)
      keep = chosen.keep
      return keep
    },
    ({ saved, frozen, keyed, table, stop }) => {
      const output = openOutput(process.stdout, () => stop.abort())
      const [[target, field]] = Object.entries(saved.schema.target)
      const hasClasses = isCategory(field)
      const isForecast = saved.session?.options.horizon !== undefined
      const round = (value: unknown): unknown =>
        typeof value === 'number' && digits !== undefined ? Number(value.toPrecision(digits)) : value
      const rounded = (record: object): Written =>
        Object.fromEntries(Object.entries(record).map(([name, value]) => [name, round(value)]))
      const roundedParts = ({ quantiles, ...ends }: ReturnType<typeof frozen.expectedOf>): Written => ({
        ...rounded(ends),
        ...(quantiles && { quantiles: rounded(quantiles) }),
      })
      const writtenOf = (prediction: Prediction, { line, row, kept = row }: RowAt, by: PredictedBy): Written => {
        const { value, probabilities } = prediction
        const truth = row[target] ?? undefined
        return {
          ...(table.isOneOfMany && { file: table.name }),
          line,
          ...(keyed && { [keyed.column]: by.key }),
          [isForecast ? 'forecast' : 'prediction']: (hasClasses ? value : round(value)) ?? null,
          ...(probabilities && { probabilities: rounded(probabilities) }),
          ...roundedParts(by.frozen.expectedOf(prediction)),
          ...(truth !== undefined && !isForecast && { actual: truth }),
          ...Object.fromEntries(keep.flatMap((name) => (kept[name] === undefined ? [] : [[name, kept[name]]]))),
        }
      }
      const labels = saved.byKey
        ? [...new Set(saved.byKey.snapshots.flatMap(({ vocabularies }) => vocabularies.at(-1) ?? []))]
        : frozen.labels
      const lineOf = form === 'csv' ? csvLines(columnsOf()) : jsonLine
      function columnsOf(): string[] {
        const features = typeof explain === 'number' ? Object.keys(saved.schema.features) : []
        return [
          ...(table.isOneOfMany ? ['file'] : []),
          ...['line', ...(keyed ? [keyed.column] : []), isForecast ? 'forecast' : 'prediction'],
          ...(hasClasses ? labels.map((label) => `probabilities.${label}`) : []),
          ...frozen.expectedColumns,
          ...(isForecast ? [] : ['actual']),
          ...keep,
          ...features.map((name) => `contributions.${name}`),
          ...(features.length > 0 ? ['why'] : []),
        ]
      }
      let predicted = 0
      let last = frozen
      finish = async () => {
        if (explain === 'last' && predicted > 0 && !request.quiet)
          process.stderr.write(`why     ${last.explainLast().text}\n`)
        await output.end()
      }
      return (prediction, at, by) => {
        const written = writtenOf(prediction, at, by)
        last = by.frozen
        predicted++
        if (typeof explain === 'number' && predicted % explain === 0) {
          const { contributions, text } = by.frozen.explainLast()
          written.contributions = rounded(contributions)
          written.why = text
        }
        return output.write(lineOf(written))
      }
    },
  )
  await finish()
  if (!request.quiet)
    for (const line of [...unreadLines(result), ...rejectedLines(result, 'predicted')])
      process.stderr.write(`${line}\n`)
  return result.code ?? 0
}

const jsonLine = (written: Written): string => `${JSON.stringify(written)}\n`
