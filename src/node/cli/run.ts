import { createRequire } from 'node:module'
import { didYouMean, InputError } from '../sources/index.js'
import { readArgs } from './arguments/args.js'
import { configSchemaText } from './arguments/configSchema.js'
import { readEvaluateArgs, readInspectArgs, readPredictArgs } from './arguments/frozenArgs.js'
import { generateHelp, readGenerateArgs } from './arguments/generateArgs.js'
import { readDiffArgs, readReplayArgs } from './arguments/replayArgs.js'
import { readServeArgs, serveHelp } from './arguments/serveArgs.js'
import { asUsage, UsageError } from './arguments/usageError.js'
import { completion, completionHelp } from './help/completion.js'
import { evaluateHelp, inspectHelp, predictHelp } from './help/frozenHelp.js'
import { help, learnHelp } from './help/help.js'
import { diffHelp, replayHelp } from './help/replayHelp.js'
import { generate } from './verbs/generate.js'
import { learn } from './verbs/learn.js'

const version = (): string =>
  (createRequire(import.meta.url)('rxgrad/package.json') as { readonly version: string }).version

const helps: Readonly<Record<string, string>> = {
  learn: learnHelp,
  predict: predictHelp,
  evaluate: evaluateHelp,
  inspect: inspectHelp,
  serve: serveHelp,
  replay: replayHelp,
  diff: diffHelp,
  generate: generateHelp,
  completion: completionHelp,
}

const commands: Readonly<Record<string, (rest: readonly string[]) => number | Promise<number>>> = {
  learn: (rest) => {
    const request = asUsage(() => readArgs(rest))
    return request.help ? print(learnHelp) : learn(request)
  },
  generate: (rest) => {
    const request = asUsage(() => readGenerateArgs(rest))
    return request === 'help' ? print(generateHelp) : generate(request)
  },
  serve: async (rest) => {
    const request = asUsage(() => readServeArgs(rest))
    return request === 'help' ? print(serveHelp) : (await import('./serve/service.js')).serve(request)
  },
  schema: () => print(configSchemaText()),
  predict: async (rest) => {
    const request = asUsage(() => readPredictArgs(rest))
    return request === 'help' ? print(predictHelp) : (await import('./verbs/predict.js')).predict(request)
  },
  evaluate: async (rest) => {
    const request = asUsage(() => readEvaluateArgs(rest))
    return request === 'help' ? print(evaluateHelp) : (await import('./verbs/evaluate.js')).evaluate(request)
  },
  inspect: async (rest) => {
    const request = asUsage(() => readInspectArgs(rest))
    return request === 'help' ? print(inspectHelp) : (await import('./verbs/inspect.js')).inspect(request)
  },
  replay: async (rest) => {
    const request = asUsage(() => readReplayArgs(rest))
    return request === 'help' ? print(replayHelp) : (await import('./verbs/replay.js')).replay(request)
  },
  diff: async (rest) => {
    const request = asUsage(() => readDiffArgs(rest))
    return request === 'help' ? print(diffHelp) : (await import('./verbs/diff.js')).diff(request)
  },
  completion: (rest) => print(asUsage(() => completion(rest))),
  help: ([about = '']) => print(Object.hasOwn(helps, about) ? helps[about] : help),
  '--help': () => print(help),
  '-h': () => print(help),
  '--version': () => print(`${version()}\n`),
  '-v': () => print(`${version()}\n`),
}

const print = (text: string): number => {
  process.stdout.write(text)
  return 0
}

const answer = async ([name, ...rest]: readonly string[]): Promise<number> => {
  if (name === undefined)
    throw new UsageError(
      'the command is missing; write one, such as rxgrad learn data.csv --target price. See rxgrad --help.',
    )
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command !== undefined) return command(rest)
  throw new UsageError(`there is no command "${name}".${didYouMean(name, Object.keys(commands))} See rxgrad --help.`)
}

/** Says in one line what went wrong. */
const faultText = (error: unknown): string => {
  if (error instanceof UsageError || error instanceof InputError) return error.message
  if (!(error instanceof Error)) return `unexpected error: ${error}`
  const [first = '', ...frames] = (error.stack ?? error.message).split('\n').map((line) => line.trim())
  const at = frames.find((line) => line.startsWith('at '))
  return `unexpected error: ${first}${at === undefined ? '' : ` (${at})`}`
}

/** Runs a command, says on stderr in one line what is wrong, and resolves to the exit code. */
export const run = async (args: readonly string[]): Promise<number> => {
  try {
    return await answer(args)
  } catch (error) {
    process.stderr.write(`rxgrad: ${faultText(error)}\n`)
    return error instanceof UsageError ? 2 : 1
  }
}
