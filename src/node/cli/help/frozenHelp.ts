import { evaluateRows, inspectRows, predictRows } from '../arguments/frozenRows.js'
import { optionLines } from '../arguments/optionLines.js'

const helpLine = '  --help                    show this text\n'

export const predictHelp: string = `rxgrad predict MODEL [FILES | -] [options]

The command predicts rows by a model that was saved, by rxgrad learn --save or by saveModel in a
program, and learns nothing from them. It needs no code of the model: the file says which columns it
reads, and how. A column that the input lacks counts as missing, and a note says so.

  stdout   one JSON object per row: {"line":2,"prediction":…}; a category also has its
           probabilities, and a model with --confidence or --quantiles the interval and the
           quantiles. A target that the row has stands beside it as "actual". With --output csv, the
           same as CSV with a header.
  stderr   notes, and the rows that could not be predicted

Lags, and whatever else is recalled of earlier rows, are those of the rows that were read before; the
first rows recall those that were learned last. What experts such as noChange recall of the target is
as it was saved.

${optionLines(predictRows)}
${helpLine}
Examples
  rxgrad learn power.csv --target power --save power.rxg
  rxgrad predict power.rxg tomorrow.csv --output csv > predicted.csv
  tail -f readings.ndjson | rxgrad predict power.rxg --explain 1 | jq -r .why
`

export const evaluateHelp: string = `rxgrad evaluate MODEL [FILES | -] [options]

The command scores a saved model on rows with their targets, and writes the report to stdout. The
model is frozen: it predicts as rxgrad predict does, and learns nothing. The baselines beside it are
no-change (the previous target) and the running mean or the majority class of these rows, which they
come to know row by row.

${optionLines(evaluateRows)}
${helpLine}
Examples
  rxgrad evaluate power.rxg may.csv
  rxgrad evaluate power.rxg may.csv --json | jq .scores.MAE.model
`

export const inspectHelp: string = `rxgrad inspect MODEL [options]

The command says in words what a saved model is: what it predicts and from what, what it has learned,
how large it is, by which options it was made, and its scores so far.

${optionLines(inspectRows)}
${helpLine}
Examples
  rxgrad inspect power.rxg --svg power.svg
  rxgrad inspect power.rxg --json | jq .features
`
