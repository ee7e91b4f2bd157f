import { readFileSync } from 'node:fs'
import { createModel, dense, numeric, category, hashed, squared, vw, crossEntropy } from './src/index.js'
const golden = JSON.parse(readFileSync('test/golden/vw.json','utf8'))
const hinge = { kind: 'hinge', task: 'numeric', build: ({ ops: { relu, sub, mul, sum }, output, target }: any) => sum(relu(sub(1, mul(target, output)))) }
for (const precision of ['f64','f32'] as const)
for (const [name, c] of Object.entries<any>(golden.cases)) {
  const features = Object.fromEntries([0,1,2,3,4].map(i=>[`x${i}`, numeric({scale:'none'})]))
  const model: any = createModel({ features, target: { y: c.kind==='logistic' ? category({values:[-1,1]}) : numeric({scale:'none'}) }, layers:[dense(1)], loss: c.kind==='squared'?squared(): c.kind==='hinge'? hinge as any : crossEntropy(), optimizer: vw(name.includes('rate') ? {learningRate:2}:{}), weight:'weight', precision } as any)
  let lo=0, hi=0, sum=0, total=0, worst=0
  c.rows.forEach((r: any, i: number) => {
    const row: any = Object.fromEntries(r.x.map((v: number, i: number)=>[`x${i}`, v])); row.y=r.y; row.weight=r.weight
    const { encode, batch, forward } = model.stages
    const o = forward(batch([encode(row)])).outputs[0]
    lo=Math.min(lo,r.y); hi=Math.max(hi,r.y)
    const p = c.kind==='squared' ? Math.min(Math.max(o,lo),hi) : o
    const l = c.kind==='squared' ? (p-r.y)**2 : c.kind==='logistic' ? Math.log1p(Math.exp(-r.y*o)) : Math.max(0,1-r.y*o)
    sum+=r.weight*l; total+=r.weight
    worst=Math.max(worst, Math.abs(p-c.predictions[i]))
    model.learn(row)
  })
  const W = [...model.parameters]
  const exp = [...c.weights, c.constant]
  console.log(precision, name, 'loss', sum/total-c.loss, 'pred', worst, 'rel', W.map((w,i)=>((w-exp[i])/exp[i]).toExponential(1)).join(' '))
}
for (const kind of ['squared','logistic']) {
  const lines = readFileSync('/work/shared/data/vw_0001.dat','utf8').trim().split('\n')
  const index = new Map<string, number>()
  const rows = lines.map(line => { const [head, rest] = line.split('|features '); const x = rest!.split(' ').map(f => { const [n,v]=f.split(':'); if(!index.has(n!)) index.set(n!, index.size); return [index.get(n!)!, Number(v)] as const }).sort((a,b)=>a[0]-b[0])
    return { words: { indices: x.map(([i])=>i), values: x.map(([,v])=>v) }, y: Number(head!.trim()) } })
  const g = golden.vw_0001[kind]
  const model: any = createModel({ features: { words: hashed({ capacity: index.size, active: 300 }) }, target: { y: kind==='squared'? numeric({scale:'none'}): category({values:[0,1]}) }, layers:[dense(1)], loss: kind==='squared'?squared():crossEntropy(), optimizer: vw(), precision:'f64' } as any)
  let hi=0, sum=0
  const t=performance.now()
  for (const row of rows) {
    const { encode, batch, forward } = model.stages
    const o = forward(batch([encode(row)])).outputs[0]
    hi=Math.max(hi,row.y)
    const p = kind==='squared' ? Math.min(Math.max(o,0),hi):o
    sum += kind==='squared' ? (p-row.y)**2 : Math.log1p(Math.exp(-(2*row.y-1)*o))
    model.learn(row)
  }
  const W=model.parameters
  let worst=0, rel=0
  g.weights.forEach((w: number,i: number)=>{ worst=Math.max(worst, Math.abs(w-W[i])); rel=Math.max(rel, Math.abs(w-W[i])/Math.max(1e-3,Math.abs(w))) })
  console.log(kind, 'loss', sum/200, g.loss, 'worst', worst, 'rel', rel, W[W.length-1], g.constant, performance.now()-t)
}
