import { optionLines } from '../arguments/optionLines.js'
import { learnOptions } from '../arguments/options.js'

export const help = `rxgrad: streaming online learning. It predicts each row as it arrives, then learns from it.

Usage
  rxgrad learn [FILES | -] --target COLUMN [options]

Examples
  tail -f readings.ndjson | rxgrad learn --target power          learn from a live stream
  rxgrad learn electricity.csv --target class                    how well can it be predicted?
  rxgrad learn electricity.csv --target class --serve 8080 --pace 50    watch it learn in a browser
  rxgrad learn may.csv --target power --save power.rxg           keep what it has learned …
  rxgrad predict power.rxg june.csv                              … and predict with it
  rxgrad generate sea --drift 3@5000 | rxgrad learn --target label    learn through a drift

Commands
  learn          learn from NDJSON or CSV; write predictions to stdout and a report to stderr
  learn --help   show every option, with examples
  predict        predict rows by a model that was saved, with no code
  evaluate       score a saved model on rows with their targets
  inspect        say in words what a saved model is, and draw its net
  replay         learn a recorded run again, up to any step
  diff           say at which step and parameter two runs part, or how two saved models differ
  serve          learn, save and serve several models, as a configuration file says
  schema         write the JSON schema of a configuration file
  generate       write a stream with a known answer, and with drift, to stdout
  completion     write the completion of this command for bash, zsh or fish

Options
  --help         show this text
  --version      show the version
`

export const learnHelp: string = `rxgrad learn [FILES | -] --target COLUMN [options]

The command reads rows from files or stdin: JSON objects (one per line, or over several lines, or
behind a topic each, as mosquitto_sub -v writes them, or as the data of server-sent events), a JSON
array, or CSV with a header, packed with gzip or not. Several files, or a pattern such as
"logs/*.csv", are read in turn.
It predicts each row when it arrives and then learns it. A row without its target is only predicted.

  stdout   one JSON object per row: {"line":2,"step":0,"prediction":…,"actual":…}; a category also
           has its probabilities. \`line\` is the row's line in its file, and \`step\` is the number
           of steps that the model had taken. With --horizon, \`forecast\` is what is predicted of the
           row so many rows later, at this \`step\`, and \`prediction\` what was predicted of this row.
           A row that is rejected has no line here.
  stderr   the schema, a progress line on a terminal, and a final report: the model's score on rows
           that it had not learned yet, beside no-change (the previous target) and the running mean
           or the majority class. A model that does not beat these has learned nothing useful.

Columns. Their kinds are inferred from the first rows (up to 1,000, or those that arrive within half
a second). Numbers are numeric, and are scaled by their own running mean and variance. Texts and
booleans are categories. A target of texts, booleans or only 0 and 1 is a category. Of dates and of
times since 1970, the hour, the weekday and the month are features, as far as they differ. Of free
text, the words are. Keys are left out. Notes on stderr say so. A kind can be given: name:numeric,
name:numeric(none) without scaling, name:category, name:category(500) with room for 500 names,
name:cyclic(24) for a number that repeats, name:time(hour weekday, seconds, 60) for seconds since
1970 on a clock that is 60 minutes ahead of UTC, name:text for the words of a text, name:text(2)
for pairs of words as well, name:text(4, 16384, characters) for each 4 characters in a row, with
16,384 weights. name:cross(room device) is the combination of two columns or more as one name.
name:lag(power, 1) is the value that the column power had one row ago, and
name:lag(power, 1, device) is the value one row ago of the same device.
name:rolling(power, 24, max, device) is the largest of its last 24 values (or the mean, min, sd,
count or sum), and name:rolling(power, 500, mean, device, at, 3600000) the mean of an hour before
the time in the column at, in ms (3600 if at is in seconds since 1970), of at most 500 rows.
name:difference(power, 1, device) is the change since the row before, name:filled(device) a number
that reads as its last one where it is missing, and name:numeric(exponential, flag) has a second
input that says where it is missing.
name:windowed(robust, 100, device) is scaled by the median and the quartiles of its last 100 values
(minmax is by the least and the largest of them, standard by their mean and standard deviation).
An object in JSON gives a column for each of its values: {"a": {"b": 1}} has the column a.b.

Numbers may have thousands separators and one currency or unit, as in $1,100.50 or 500 kB. Marks
such as NA, ? and - among numbers count as missing, and so does any other text that comes later: a
note says so, the report counts it, and the row is learned without it. --decimal comma reads
1.100,50. A category keeps its texts as they are: 1.10 and 1.1 are two names.

A row is rejected if it is ragged or is not JSON, or if it has a class for which there is no room. A
rejected row is neither predicted nor learned and has no line on stdout; the report counts and lists
such rows.

${optionLines(learnOptions)}
  --help                    show this text

Examples
  rxgrad learn data.csv --target class > predictions.ndjson
  rxgrad learn data.csv --target class --layers "32 relu, 16 relu, 1" --no-predictions
  rxgrad learn data.csv --target price --features "area, rooms, city:category" --layers 1
  rxgrad learn data.csv --target grade:numeric --optimizer adam --learning-rate 0.003 --batch 32
  rxgrad learn readings.csv --target power --by-key device --lags 1,24 --time ts
  tail -f log.ndjson | rxgrad learn --target ms --keep time,id | jq -c 'select(.prediction > 500)'

From Vowpal Wabbit
  vw -f m.vw             rxgrad learn --save m.rxg
  vw -i m.vw             rxgrad learn --load m.rxg
  vw -i m.vw -t          rxgrad predict m.rxg, or rxgrad evaluate m.rxg for the scores
  vw --passes 3 -c       rxgrad learn --passes 3, which reads the files again and needs no cache

Exit codes
  0    the run has succeeded
  1    the run has failed: the input or the saved model cannot be read, no row could be used, or a
       file cannot be written; one line says why, after the report if rows were learned before
  2    the command was used in a wrong way: an option is unknown, or does not fit the columns
  130  the run was interrupted; the model was still saved and the report written (143 after SIGTERM)
`
