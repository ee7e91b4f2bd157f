import { optionLines } from '../arguments/optionLines.js'
import { diffRows, replayRows } from '../arguments/replayRows.js'

const helpLine = '  --help                    show this text\n'

export const replayHelp: string = `rxgrad replay RUN [options]

The command learns a run again that rxgrad learn --record has kept, up to a step or to its end, and
says what the model was then. The numbers are the same to the bit, and sha256 is that of all
parameters, so that equal lines mean equal models.

${optionLines(replayRows)}
${helpLine}
Examples
  rxgrad learn may.csv --target power --record may.run
  rxgrad replay may.run --to 5000
  rxgrad replay may.run --to 5000 --save then.rxg && rxgrad predict then.rxg june.csv
`

export const diffHelp: string = `rxgrad diff ONE OTHER [options]

The command says where two recorded runs part: the first step after which a parameter differs, that
parameter, and the two rows, if they differ. Of two saved models it says what differs: settings,
steps, parameters, statistics and names.

${optionLines(diffRows)}
${helpLine}
Examples
  rxgrad diff monday.run tuesday.run
  rxgrad diff before.rxg after.rxg --json | jq .tensors

Exit codes
  0    they are the same, to the bit
  1    they differ
  2    they cannot be compared, or the command was used in a wrong way
`
