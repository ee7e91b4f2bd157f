import { choices } from '../arguments/choices.js'
import { evaluateRows, inspectRows, predictRows } from '../arguments/frozenRows.js'
import { generateOptions } from '../arguments/generateOptions.js'
import type { OptionRow } from '../arguments/optionRow.js'
import { learnOptions } from '../arguments/options.js'
import { diffRows, replayRows } from '../arguments/replayRows.js'
import { streams } from '../arguments/streams.js'

/** An option as a shell completes it. */
export interface CompletableOption {
  readonly name: string
  /** The letter that stands for it too. */
  readonly short?: string
  /** A few words on it, in one line. */
  readonly text: string
  /** The name of its value; undefined for a switch. */
  readonly value: string | undefined
  /** The words that its value may be, where they are known. */
  readonly words: readonly string[]
}

/** A command as a shell completes it. */
export interface CompletableCommand {
  readonly name: string
  readonly text: string
  readonly options: readonly CompletableOption[]
  /** The words that may follow it; 'files' for any file. */
  readonly arguments: readonly string[] | 'files'
}

const shorts: Readonly<Record<string, string>> = { help: 'h', target: 't', quiet: 'q' }

const optionsIn = (table: Readonly<Record<string, OptionRow>>): CompletableOption[] =>
  Object.entries(table).map(([name, { text, value }]) => ({
    name,
    // A menu has room for the first clause only.
    text: text.split(/[;(]|: /)[0].trim(),
    value,
    words: Object.hasOwn(choices, name) ? choices[name as keyof typeof choices] : [],
    ...(Object.hasOwn(shorts, name) && { short: shorts[name] }),
  }))

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/** The commands with their options, by the tables from which the parser and the help are made. */
export const completables: readonly CompletableCommand[] = [
  {
    name: 'learn',
    text: 'learn from NDJSON or CSV',
    options: optionsIn(learnOptions),
    arguments: 'files',
  },
  {
    name: 'predict',
    text: 'predict rows by a saved model',
    options: optionsIn(predictRows),
    arguments: 'files',
  },
  {
    name: 'evaluate',
    text: 'score a saved model',
    options: optionsIn(evaluateRows),
    arguments: 'files',
  },
  { name: 'serve', text: 'learn and serve what a configuration file says', options: [], arguments: 'files' },
  { name: 'schema', text: 'write the JSON schema of a configuration file', options: [], arguments: [] },
  { name: 'inspect', text: 'say what a saved model is', options: optionsIn(inspectRows), arguments: 'files' },
  { name: 'replay', text: 'learn a recorded run again', options: optionsIn(replayRows), arguments: 'files' },
  { name: 'diff', text: 'say where two runs part', options: optionsIn(diffRows), arguments: 'files' },
  {
    name: 'generate',
    text: 'write a stream with a known answer',
    options: optionsIn(generateOptions),
    arguments: Object.keys(streams),
  },
  { name: 'completion', text: 'write the completion for a shell', options: [], arguments: shells },
  {
    name: 'help',
    text: 'explain a command',
    options: [],
    arguments: ['learn', 'predict', 'evaluate', 'inspect', 'serve', 'replay', 'diff', 'generate', 'completion'],
  },
]
