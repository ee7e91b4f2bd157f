import { JournalError } from '../../journal/journalError.js'
import { sha256Of } from '../../journal/replay.js'
import { InputError } from '../../sources/index.js'
import { saveModel } from '../../store/saveModel.js'
import type { ReplayRequest } from '../arguments/replayArgs.js'
import { UsageError } from '../arguments/usageError.js'
import { openRun } from '../learning/recordedRun.js'
import { checkPlace } from '../output/saver.js'
import { count } from '../output/table.js'

/** Runs `rxgrad replay` and resolves to the exit code. */
export const replay = async ({ run: path, to, save, json }: ReplayRequest): Promise<number> => {
  if (save !== undefined) checkPlace(save)
  const run = await openRun(path).catch(told)
  const { model } = run
  const begun = model.step
  const outside = (range: string): never => {
    throw new UsageError(`--to ${to}: the run in ${path} ${range}; give one of these steps.`)
  }
  if (to !== undefined && to < begun) outside(`begins at step ${begun}`)
  const rebuild = async (): Promise<void> => {
    for await (const step of run.steps()) if (to !== undefined && step >= to) break
  }
  await rebuild().catch(told)
  if (to !== undefined && model.step < to) outside(`goes from step ${begun} to step ${model.step}`)
  const sha256 = sha256Of(model)
  if (save !== undefined)
    await saveModel(model, save).catch((error: Error) => {
      throw new InputError(`${save} cannot be saved: ${error.message}.`)
    })
  const { learned, rows } = run
  const found = { step: model.step, rows: learned, of: rows, sha256 }
  process.stdout.write(
    json
      ? `${JSON.stringify(found)}\n`
      : `step    ${model.step}\nrows    ${count(learned)} of ${count(rows)}\nsha256  ${sha256}\n${save === undefined ? '' : `saved   ${save}\n`}`,
  )
  return 0
}

/** Passes on what is wrong with the rows as what is wrong with an input. */
export const told = (error: unknown): never => {
  throw error instanceof JournalError ? new InputError(error.message) : error
}
