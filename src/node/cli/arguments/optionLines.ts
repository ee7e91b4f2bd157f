import type { OptionRow } from './optionRow.js'

const width = 99
const indent = 28

/** Breaks a text into lines of at most `width` characters, and indents all lines but the first. */
const wrapped = (text: string): string => {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1]
    if (indent + line.length + word.length + 1 > width) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines.join(`\n${' '.repeat(indent)}`)
}

/** Writes a name and what it means as lines of a help text. */
export const entryLines = (name: string, text: string): string => `  ${name.padEnd(indent - 4)}  ${wrapped(text)}`

/** Writes the options of a command for its help, under the titles of their groups. */
export const optionLines = (table: Readonly<Record<string, OptionRow>>): string => {
  const rows = Object.entries(table)
  const groups = [...new Set(rows.map(([, { group }]) => group))].filter((group) => group !== '')
  const linesOf = (group: string): string =>
    rows
      .filter(([, row]) => row.group === group)
      .map(([name, { value, text }]) => entryLines(`--${name} ${value ?? ''}`, text))
      .join('\n')
  return groups.map((group) => `${group}\n${linesOf(group)}`).join('\n\n')
}
