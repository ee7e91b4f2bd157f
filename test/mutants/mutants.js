// Lists the mutants of a file, and returns its text with one of them in place; StrykerJS makes both.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInstrumenter } from '@stryker-mutator/instrumenter'
import { createInjector } from 'typed-inject'
import { root } from './copy.js'

const quiet = () => undefined
const logger = {
  ...{ isTraceEnabled: () => false, isDebugEnabled: () => false, isInfoEnabled: () => false },
  ...{ isWarnEnabled: () => false, isErrorEnabled: () => false, isFatalEnabled: () => false },
  ...{ trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet, fatal: quiet },
}
const instrumenter = createInjector().provideValue('logger', logger).injectFunction(createInstrumenter)

/** Each file's text as it was first read, even if the file changes while mutants are run. */
const texts = new Map()
const textOf = (/** @type {string} */ file) => {
  const text = texts.get(file) ?? readFileSync(join(root, file), 'utf8')
  texts.set(file, text)
  return text
}

/** The kinds of mutants that StrykerJS makes. */
export const KINDS = [
  ...['ArithmeticOperator', 'ArrayDeclaration', 'ArrowFunction', 'AssignmentOperator', 'BlockStatement'],
  ...['BooleanLiteral', 'ConditionalExpression', 'EqualityOperator', 'LogicalOperator', 'MethodExpression'],
  ...['ObjectLiteral', 'OptionalChaining', 'Regex', 'StringLiteral', 'UnaryOperator', 'UpdateOperator'],
]

/**
 * @typedef {object} Mutant
 * @property {string} file
 * @property {string} kind
 * @property {{ line: number; column: number }} start both counted from 0, as StrykerJS does
 * @property {{ line: number; column: number }} end
 * @property {string} replacement
 */

/**
 * @param {string} file
 * @param {string} content
 * @param {object} [only] restricts the mutants to a kind and a range
 * @param {string} [only.kind]
 * @param {Pick<Mutant, 'start' | 'end'>} [only.range]
 */
const instrument = async (file, content, { kind, range } = {}) => {
  const mutate = range === undefined ? true : [range]
  const { files, mutants } = await instrumenter.instrument([{ name: file, content, mutate }], {
    plugins: null,
    excludedMutations: kind === undefined ? [] : KINDS.filter((each) => each !== kind),
    ignorers: [],
  })
  return { code: files[0].content, mutants }
}

/**
 * @param {string} file
 * @returns {Promise<Mutant[]>}
 */
export const mutantsOf = async (file) => {
  const { mutants } = await instrument(file, textOf(file))
  return mutants
    .filter(({ status }) => status === undefined)
    .map(({ mutatorName, location: { start, end }, replacement }) => ({
      ...{ file, kind: mutatorName, start, end, replacement },
    }))
}

const same = (/** @type {Mutant} */ a, /** @type {any} */ b) =>
  a.kind === b.mutatorName &&
  a.replacement === b.replacement &&
  JSON.stringify([a.start, a.end]) === JSON.stringify([b.location.start, b.location.end])

/**
 * Returns the file's text with this mutant in place. It is active in whatever loads it: a test, a worker, or a command
 * that a test starts.
 * @param {Mutant} mutant
 */
export const mutatedText = async (mutant) => {
  const content = textOf(mutant.file)
  const { code, mutants } = await instrument(mutant.file, content, { kind: mutant.kind, range: mutant })
  const own = mutants.find((each) => same(mutant, each))
  if (own === undefined) throw new Error(`${mutant.file}: StrykerJS does not make this mutant a second time.`)
  return `globalThis.__stryker__ ??= {}\nglobalThis.__stryker__.activeMutant = '${own.id}'\n${code}`
}

/** Returns the original text in one line. @param {Mutant} mutant */
export const originalText = ({ file, start, end }) => {
  const lines = textOf(file)
    .split('\n')
    .slice(start.line, end.line + 1)
  lines[lines.length - 1] = lines[lines.length - 1].slice(0, end.column)
  lines[0] = lines[0].slice(start.column)
  return short(lines.join(' '))
}

export const short = (/** @type {string} */ text) => {
  const line = text.replace(/\s+/g, ' ')
  return line.length > 100 ? `${line.slice(0, 60)} … ${line.slice(-30)}` : line
}
