// node --expose-gc test/soak/child.js CASE ROWS: learns the rows of one case, and prints as JSON the bytes that are in
// use after each tenth of them.
import { Subject } from 'rxjs'
import { cases } from './cases.js'
import { settled } from './settled.js'

const [name, rows] = process.argv.slice(2)
const [of, make] = cases[name]
const row$ = new Subject()
row$.pipe(of()).subscribe()

const [heap, rss] = [[], []]
const start = performance.now()
let i = 1
for (let tenth = 1; tenth <= 10; tenth++) {
  for (const end = Math.floor((Number(rows) * tenth) / 10); i <= end; i++) row$.next(make(i))
  heap.push(await settled())
  rss.push(process.memoryUsage().rss)
}
process.stdout.write(JSON.stringify({ heap, rss, seconds: (performance.now() - start) / 1000 }))
