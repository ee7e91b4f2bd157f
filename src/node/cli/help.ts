import { learnOptions, type OptionRow } from './options.js'

export const help = `rxgrad: streaming online learning. It predicts each row as it arrives, then learns from it.

Usage
  rxgrad learn [FILE | -] --target COLUMN [options]

Examples
  tail -f readings.ndjson | rxgrad learn --target power          learn from a live stream
  rxgrad learn electricity.csv --target class                    how well can it be predicted?
  rxgrad learn electricity.csv --target class --serve 8080       watch it learn in a browser

Commands
  learn          learn from NDJSON or CSV; predictions to stdout, a report to stderr
  learn --help   every option, with examples

Options
  --help         this text
  --version      the version
`

const width = 99
const indent = 28

/** Words in lines of at most `width`, all but the first indented. */
const wrapped = (text: string): string => {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1]
    if (indent + line.length + word.length + 1 > width) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines.join(`\n${' '.repeat(indent)}`)
}

const rows = Object.entries<OptionRow>(learnOptions)
const optionLines = (group: string): string =>
  rows
    .filter(([, row]) => row.group === group)
    .map(([name, { value, text }]) => `  ${`--${name} ${value ?? ''}`.padEnd(indent - 4)}  ${wrapped(text)}`)
    .join('\n')
const groups = [...new Set(rows.map(([, { group }]) => group))].filter((group) => group !== '')

export const learnHelp: string = `rxgrad learn [FILE | -] --target COLUMN [options]

Reads rows from FILE or stdin: NDJSON, one object a line, or CSV with a header. Each row is
predicted when it arrives and then learned. A row without its target is predicted only.

  stdout   one JSON object a row: {"line":2,"step":0,"prediction":…,"actual":…}; a category has its
           probabilities too. \`line\` is the row's line in the input, \`step\` the model's age. A row
           that is rejected has no line here.
  stderr   the schema, a progress line on a terminal, and at the end a report: the model's score on
           rows it had not learned yet, beside no-change (the last target again) and the running
           mean or majority class. A model that does not beat these has learned nothing of use.

Columns. The kinds come from the first rows (up to 1,000, or what comes within 2 s). Numbers are
numeric: scaled by their own running mean and variance. Texts and booleans are categories. A target
of texts, booleans or only 0 and 1 is a category. Dates and keys are left out, and it says so.
A kind can be said: name:numeric, name:numeric(none) unscaled, name:category, name:category(500)
with room for 500 names, name:cyclic(24) for an hour of the day. name:lag(power, 1)
is what the column power had one row ago; name:lag(power, 1, device) is the same for each device
apart. Quote names that hold spaces or marks: '"my name"'.

Bad rows (ragged, no JSON, text where a number stands, a class that finds no room) are rejected:
not predicted, not learned; they have no line on stdout, and are counted and listed in the report.

${groups.map((group) => `${group}\n${optionLines(group)}`).join('\n\n')}
  --help

Examples
  rxgrad learn data.csv --target class > predictions.ndjson
  rxgrad learn data.csv --target class --layers "32 relu, 16 relu, 1" --no-predictions
  rxgrad learn data.csv --target price --features "area, rooms, city:category" --layers 1
  rxgrad learn data.csv --target grade:numeric --optimizer adam --learning-rate 0.003 --batch 32
  tail -f log.ndjson | rxgrad learn --target ms --keep time,id | jq -c 'select(.prediction > 500)'

Exit codes
  0 all is well · 2 the input or the options are at fault, one line says how
  130 interrupted, after the report · 1 anything else
`
