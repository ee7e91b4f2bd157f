#!/usr/bin/env node
import { createRequire } from 'node:module'
import { didYouMean, InputError } from '../sources/index.js'
import { readArgs } from './args.js'
import { completion, completionHelp } from './completion.js'
import { generate } from './generate.js'
import { generateHelp, readGenerateArgs } from './generateArgs.js'
import { help, learnHelp } from './help.js'
import { learn } from './learn.js'

const version = (): string =>
  (createRequire(import.meta.url)('rxgrad/package.json') as { readonly version: string }).version

const helps: Readonly<Record<string, string>> = { learn: learnHelp, generate: generateHelp, completion: completionHelp }

const commands: Readonly<Record<string, (rest: readonly string[]) => number | Promise<number>>> = {
  learn: (rest) => {
    const request = readArgs(rest)
    return request.help ? print(learnHelp) : learn(request)
  },
  generate: (rest) => {
    const request = readGenerateArgs(rest)
    return request === 'help' ? print(generateHelp) : generate(request)
  },
  completion: (rest) => print(completion(rest)),
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

const run = async ([name, ...rest]: readonly string[]): Promise<number> => {
  if (name === undefined)
    throw new InputError(
      'the command is missing; write one, such as rxgrad learn data.csv --target price. See rxgrad --help.',
    )
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command !== undefined) return command(rest)
  throw new InputError(`there is no command "${name}".${didYouMean(name, Object.keys(commands))} See rxgrad --help.`)
}

// The reader of the help or of the predictions may stop early, as `head` does.
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})
try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  const fault =
    error instanceof InputError ? error.message : `unexpected error: ${error instanceof Error ? error.stack : error}`
  process.stderr.write(`rxgrad: ${fault}\n`)
  process.exitCode = error instanceof InputError ? 2 : 1
}
