import { InputError } from '../../sources/index.js'
import { type DiffOption, diffRows, type ReplayOption, replayRows } from './replayRows.js'
import { splitArgs } from './splitArgs.js'
import { whole } from './textValues.js'

export interface ReplayRequest {
  /** The folder of the run. */
  readonly run: string
  /** The step to which it is learned again; undefined for its end. */
  readonly to: number | undefined
  /** The file to which the model is saved then. */
  readonly save: string | undefined
  readonly json: boolean
}

export interface DiffRequest {
  /** Two recorded runs, or two saved models. */
  readonly one: string
  readonly other: string
  readonly json: boolean
}

/** Reads the arguments that follow `rxgrad replay`. */
export const readReplayArgs = (args: readonly string[]): ReplayRequest | 'help' => {
  const { options, rest } = splitArgs<ReplayOption>(args, 'replay', replayRows)
  if (options.help !== undefined) return 'help'
  const [run, ...others] = rest
  if (run === undefined)
    throw new InputError(
      'replay needs a run that was recorded, as by rxgrad learn --record may.run; write rxgrad replay may.run.',
    )
  if (others.length > 0) throw new InputError(`replay takes one run, but "${others[0]}" was given too; leave it out.`)
  return {
    run,
    to: whole('to', options.to as string | undefined, 0),
    save: options.save as string | undefined,
    json: options.json !== undefined,
  }
}

/** Reads the arguments that follow `rxgrad diff`. */
export const readDiffArgs = (args: readonly string[]): DiffRequest | 'help' => {
  const { options, rest } = splitArgs<DiffOption>(args, 'diff', diffRows)
  if (options.help !== undefined) return 'help'
  const [one, other, ...others] = rest
  if (one === undefined || other === undefined)
    throw new InputError('diff needs two recorded runs or two saved models; write rxgrad diff one.rxg other.rxg.')
  if (others.length > 0) throw new InputError(`diff takes two, but "${others[0]}" was given too; leave it out.`)
  return { one, other, json: options.json !== undefined }
}
