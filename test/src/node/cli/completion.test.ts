import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { choices } from '../../../../src/node/cli/arguments/choices.js'
import { generateOptions } from '../../../../src/node/cli/arguments/generateOptions.js'
import { lossNames, optimizerNames } from '../../../../src/node/cli/arguments/modelRows.js'
import type { OptionRow } from '../../../../src/node/cli/arguments/optionRow.js'
import { learnOptions } from '../../../../src/node/cli/arguments/options.js'
import { streams } from '../../../../src/node/cli/arguments/streams.js'
import { bashCompletion } from '../../../../src/node/cli/help/bashCompletion.js'
import { completables } from '../../../../src/node/cli/help/completable.js'
import { completion, completionHelp } from '../../../../src/node/cli/help/completion.js'
import { zshCompletion } from '../../../../src/node/cli/help/zshCompletion.js'

/** Lets a real bash complete the last of these words, each list of words in its turn. */
const completedAll = (lines: readonly string[]): string[][] => {
  const asked = lines.map((line) => {
    const words = line.split(' ')
    const list = words.map((word) => `'${word}'`).join(' ')
    return `files=; COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _rxgrad rxgrad; echo "\${COMPREPLY[*]}$files"`
  })
  // The real compopt works only where a user has pressed a key.
  const script = `compopt() { files="(no files)"; }\n${bashCompletion(completables)}\n${asked.join('\n')}`
  const answer = execFileSync('bash', ['--norc', '--noprofile', '-c', script], { encoding: 'utf8', shell: false })
  return answer
    .split('\n')
    .slice(0, lines.length)
    .map((each) => each.split(/ (?!files)/).filter((word) => word !== ''))
}
const flags = (table: object): string[] => Object.keys(table).map((name) => `--${name}`)

describe('a real bash', () => {
  test('completes commands, options, values and names', () => {
    const expected: Record<string, string[]> = {
      'rxgrad ': [
        'learn',
        'predict',
        'evaluate',
        'serve',
        'schema',
        'inspect',
        'replay',
        'diff',
        'generate',
        'completion',
        'help',
        '--help',
        '--version',
      ],
      'rxgrad ge': ['generate'],
      'rxgrad learn -': flags(learnOptions),
      'rxgrad learn data.csv --qu': ['--quantiles', '--quiet'],
      'rxgrad learn --optimizer ': [...optimizerNames],
      'rxgrad learn --optimizer ada': ['adagrad', 'adam', 'adamw'],
      'rxgrad learn --loss ': [...lossNames],
      'rxgrad learn --target ': ['(no files)'],
      'rxgrad learn -t ': ['(no files)'],
      // With no words, bash completes the names of files.
      'rxgrad learn da': [],
      'rxgrad learn --quiet da': [],
      'rxgrad predict m.rxg --output ': ['ndjson', 'csv'],
      'rxgrad evaluate m.rxg --j': ['--json'],
      'rxgrad generate ': Object.keys(streams),
      'rxgrad generate s': ['sea', 'stagger'],
      'rxgrad generate sea --': flags(generateOptions),
      'rxgrad generate sea --format ': ['csv', 'ndjson'],
      'rxgrad generate --rows ': ['(no files)'],
      // bash takes the sign for a word of its own.
      'rxgrad learn --format =': ['csv', 'ndjson'],
      'rxgrad learn --format = nd': ['ndjson'],
      'rxgrad learn --target = p': ['(no files)'],
      'rxgrad completion ': ['bash', 'zsh', 'fish'],
      'rxgrad completion z': ['zsh'],
      'rxgrad help g': ['generate'],
    }
    expect(completedAll(Object.keys(expected))).toEqual(Object.values(expected))
  })

  test('completes every option that begins with a letter, and every choice', () => {
    const lines = Object.keys(learnOptions).map((name) => `rxgrad learn --${name}`)
    completedAll(lines).forEach((words, i) => {
      expect(words).toEqual(flags(learnOptions).filter((flag) => flag.startsWith(lines[i].slice(13))))
    })
    const options = Object.entries(choices).filter(([name]) => Object.hasOwn(learnOptions, name))
    const answers = completedAll(options.map(([name]) => `rxgrad learn --${name} `))
    expect(answers).toEqual(options.map(([, words]) => words))
  })

  test('has the completion for rxgrad once the script has been read', () => {
    const script = `eval "$(cat)"; complete -p rxgrad`
    const given = { input: completion(['bash']), encoding: 'utf8' } as const
    const found = execFileSync('bash', ['--norc', '-c', script], { ...given, shell: false })
    expect(found).toBe('complete -o default -F _rxgrad rxgrad\n')
  })
})

test.each(['zsh', 'fish'])('the completion for %s names every command, option and choice', (shell) => {
  const script = completion([shell])
  const option = (name: string) => (shell === 'zsh' ? `'--${name}[` : ` -l ${name} `)
  for (const command of completables) {
    expect(script).toContain(command.name)
    for (const { name, words } of command.options) {
      expect(script).toContain(option(name))
      expect(script).toContain(words.join(' '))
    }
  }
  // A quote that is not closed would end the script early.
  expect(script.replace(/\\./g, '').split("'").length % 2).toBe(1)
})

test('in zsh and fish an option takes a value exactly if the parser wants one', () => {
  for (const [name, table] of [['learn', learnOptions] as const, ['generate', generateOptions] as const])
    for (const [option, { value }] of Object.entries<OptionRow>(table)) {
      const fish = completion(['fish'])
        .split('\n')
        .find((line) => line.includes(`_from ${name}'`) && line.includes(` -l ${option} `))!
      expect(fish.includes(' -x '), fish).toBe(value !== undefined)
      const [, zsh] = completion(['zsh']).split(`    ${name}) _arguments `)
      // What stands in the brackets has no bracket and no colon of its own, unless it is escaped.
      const [spec, taken] =
        new RegExp(`'--${option}\\[(?:[^\\[\\]:\\\\']|\\\\.|'\\\\'')*\\](:\\w+:[^']*)?'`).exec(zsh) ?? []
      expect(spec, option).toBeDefined()
      expect(taken?.split(':')[1], option).toBe(value)
    }
})

test('zsh gets brackets and colons of a description escaped', () => {
  const option = { name: 'a', text: "b [c]: it's", value: undefined, words: [] }
  const script = zshCompletion([{ name: 'learn', text: 'd: e', options: [option], arguments: 'files' }])
  expect(script).toContain("'--a[b \\[c\\]\\: it'\\''s]'")
  expect(script).toContain("'learn:d\\: e'")
})

test.each([
  [[], 'completion needs the name of a shell, one of bash, zsh, fish'],
  [['bsh'], 'there is no completion for "bsh"; expected one of bash, zsh, fish. Did you mean "bash"?'],
  [['tcsh'], 'there is no completion for tcsh yet; expected one of bash, zsh, fish, whose scripts tcsh does not read.'],
  [['bash', 'zsh'], 'takes the name of one shell, but "zsh" was given too'],
])('%j is refused', (args, message) => {
  expect(() => completion(args)).toThrow(message)
})

test('the help says how each shell gets it', () => {
  expect(completion(['--help'])).toBe(completionHelp)
  for (const shell of ['bash', 'zsh', 'fish']) expect(completionHelp).toContain(`rxgrad completion ${shell}`)
})
