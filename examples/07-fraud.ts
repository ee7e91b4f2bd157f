// This example looks for fraud among card payments, of which one in fifty is fraudulent. Whether a payment was, is known
// hours or weeks later, if at all: each is judged when it comes, and learned, as it was then, when its label comes. The
// scores are those of the first judgement, beside what the share of frauds known at that time would have said.

import { strict as assert } from 'node:assert'
import {
  category,
  createModel,
  cyclic,
  evaluate,
  experts,
  fromModel,
  fromRows,
  joinLabels,
  metrics,
  numeric,
} from 'rxgrad'
import { connect, filter, lastValueFrom } from 'rxjs'

const HOUR = 3_600_000
let state = 7
/** Returns a number from 0 to 1. */
const random = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return state / 2 ** 32
}

interface Payment {
  readonly id: string
  readonly at: number
  readonly amount: number
  readonly country: string
  readonly hour: number
  readonly sinceLast: number
}
interface Chargeback {
  readonly id: string
  readonly at: number
  readonly fraud: 'no' | 'yes'
}

/** A payment every two minutes. Frauds are large, at night, soon after the last one, and from some countries. */
const paymentAt = (i: number) => {
  const at = i * 120_000
  const fraud = random() < 0.02
  const country =
    fraud && random() < 0.6 ? 'QX' : (['DE', 'FR', 'IT', 'QX', 'ES'][Math.floor(random() ** 2 * 5)] as string)
  const hour = fraud && random() < 0.7 ? Math.floor(random() * 5) : Math.floor(at / HOUR) % 24
  const amount = Math.round((fraud ? 150 : 40) * (0.2 + 2 * random() ** 2))
  const sinceLast = Math.round((fraud ? 5 : 60) * (0.1 + 3 * random()))
  const payment: Payment = { id: `p${i}`, at, amount, country, hour, sinceLast }
  return { payment, fraud }
}
/** One label in twenty never comes, one in fifty comes twice, and one in a hundred takes five weeks. */
const chargebacksOf = ({ payment: { id, at }, fraud }: ReturnType<typeof paymentAt>): readonly Chargeback[] => {
  if (random() < 0.05) return []
  const wait = random() < 0.01 ? 35 * 24 * HOUR : HOUR * (1 + 200 * random())
  const label: Chargeback = { id, at: at + wait, fraud: fraud ? 'yes' : 'no' }
  return random() < 0.02 ? [label, { ...label, at: label.at + HOUR }] : [label]
}
const made = Array.from({ length: 12_000 }, (_, i) => paymentAt(i))
const timeline = [...made.map(({ payment }) => payment), ...made.flatMap(chargebacksOf)].sort((a, b) => a.at - b.at)

const model = createModel({
  features: { amount: numeric(), country: category(), hour: cyclic(24), sinceLast: numeric() },
  target: { fraud: category({ values: ['no', 'yes'] }) },
  experts: experts.auto(),
})
const events: Record<string, number> = {}
fromModel(model).subscribe((event) => {
  if (event.kind === 'unjoined')
    events[`${event.of} ${event.reason}`] = (events[`${event.of} ${event.reason}`] ?? 0) + 1
})

const isPayment = (event: Payment | Chargeback): event is Payment => 'amount' in event
const evaluation = await lastValueFrom(
  fromRows(timeline).pipe(
    connect((event$) =>
      event$.pipe(
        filter(isPayment),
        joinLabels(model, event$.pipe(filter((event) => !isPayment(event))), {
          key: 'id',
          time: 'at',
          withinMs: 30 * 24 * HOUR,
          capacity: 50_000,
        }),
        evaluate(model, { metrics: [metrics.prAuc(), metrics.logLoss()] }),
      ),
    ),
  ),
)

const { rows, unscored, metrics: scores } = evaluation.report()
console.log(`Of ${made.length} payments, ${rows + unscored} got their label in time.`, events)
for (const { name, model: ours, baselines } of scores) {
  const others = Object.entries(baselines).map(([baseline, score]) => `${baseline} ${score.cumulative.toFixed(3)}`)
  console.log(`${name} ${ours.cumulative.toFixed(3)}, ${others.join(', ')}`)
}

const [area, loss] = scores
assert.equal(rows + unscored + (events['row expired'] ?? 0), made.length)
assert.ok((area?.model.cumulative ?? 0) > 0.7)
assert.ok((loss?.model.cumulative ?? 1) < (loss?.baselines['majority class']?.cumulative ?? 0) / 2)
