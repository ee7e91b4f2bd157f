// One hidden layer, its losses and every optimizer are written here a second time from the formulas of the papers, with
// plain arrays and plain Math, and nothing from src.

export type Kind = 'squared' | 'huber' | 'logistic' | 'softmax'

/** The net of `layers: [dense(hidden, 'tanh'), dense(outputs)]`; θ is W1, b1, W2, b2, row-major [inputs, outputs]. */
export interface Net {
  readonly inputs: number
  readonly hidden: number
  readonly outputs: number
  readonly kind: Kind
}
export interface Sample {
  readonly x: readonly number[]
  /** A number, or the index of a class. */
  readonly y: number
  readonly weight?: number
}
type Vector = readonly number[]

export const sizeOfNet = ({ inputs, hidden, outputs }: Net): number => hidden * (inputs + 1) + outputs * (hidden + 1)
const places = ({ inputs, hidden, outputs }: Net) => {
  const b1 = inputs * hidden
  return { b1, W2: b1 + hidden, b2: b1 + hidden + hidden * outputs }
}
export const isBias = (net: Net, i: number): boolean => {
  const { b1, W2, b2 } = places(net)
  return (i >= b1 && i < W2) || i >= b2
}
const fanIn = (net: Net, i: number): number => (i < places(net).W2 ? net.inputs : net.hidden)

const outputLoss = (kind: Kind, o: Vector, y: number): { loss: number; r: number[] } => {
  if (kind === 'softmax') {
    const top = Math.max(...o)
    const total = o.reduce((sum, z) => sum + Math.exp(z - top), 0)
    const p = o.map((z) => Math.exp(z - top) / total)
    return { loss: Math.log(total) + top - o[y]!, r: p.map((pk, k) => pk - (k === y ? 1 : 0)) }
  }
  const z = o[0]!
  if (kind === 'logistic')
    return { loss: Math.log1p(Math.exp(-Math.abs(z))) + Math.max(z, 0) - z * y, r: [1 / (1 + Math.exp(-z)) - y] }
  const e = z - y
  if (kind === 'huber' && Math.abs(e) > 1) return { loss: Math.abs(e) - 0.5, r: [Math.sign(e)] }
  return { loss: 0.5 * e * e, r: [e] }
}

const pass = (net: Net, θ: Vector, { x, y }: Sample) => {
  const { inputs, hidden, outputs, kind } = net
  const { b1, W2, b2 } = places(net)
  const h = Array.from({ length: hidden }, (_, j) => {
    let total = θ[b1 + j]!
    for (let i = 0; i < inputs; i++) total += x[i]! * θ[i * hidden + j]!
    return Math.tanh(total)
  })
  const o = Array.from({ length: outputs }, (_, k) => {
    let total = θ[b2 + k]!
    for (let j = 0; j < hidden; j++) total += h[j]! * θ[W2 + j * outputs + k]!
    return total
  })
  const { loss, r } = outputLoss(kind, o, y)
  const g = new Array<number>(θ.length).fill(0)
  for (let k = 0; k < outputs; k++) g[b2 + k] = r[k]!
  for (let j = 0; j < hidden; j++) {
    let back = 0
    for (let k = 0; k < outputs; k++) {
      g[W2 + j * outputs + k] = h[j]! * r[k]!
      back += θ[W2 + j * outputs + k]! * r[k]!
    }
    const net1 = back * (1 - h[j]! * h[j]!)
    g[b1 + j] = net1
    for (let i = 0; i < inputs; i++) g[i * hidden + j] = x[i]! * net1
  }
  return { o, loss, r, g }
}

/** The numbers of its window that a rule may read. */
interface Seen {
  readonly net: Net
  readonly samples: readonly Sample[]
  readonly outputs: readonly Vector[]
  readonly losses: Vector
  /** (1/b) Σ wᵢ |rᵢ|² */
  readonly meanSquaredDelta: number
}
/** Maps θ and g = (1/b) Σ wᵢ∇lᵢ to the step that is subtracted from θ. */
export type Rule = (θ: Vector, g: Vector, seen: Seen) => number[]

/** Returns θ after the windows, from its initial values. */
export const train = (net: Net, start: Vector, windows: readonly (readonly Sample[])[], rule: Rule): number[] =>
  windows.reduce<number[]>(
    (θ, samples) => {
      const passes = samples.map((sample) => pass(net, θ, sample))
      const weights = samples.map(({ weight = 1 }) => weight)
      const mean = (of: (i: number) => number): number =>
        passes.reduce((sum, _, i) => sum + weights[i]! * of(i), 0) / passes.length
      const step = rule(
        θ,
        θ.map((_, j) => mean((i) => passes[i]!.g[j]!)),
        {
          net,
          samples,
          outputs: passes.map(({ o }) => o),
          losses: passes.map(({ loss }) => loss),
          meanSquaredDelta: mean((i) => passes[i]!.r.reduce((sum, r) => sum + r * r, 0)),
        },
      )
      return θ.map((value, j) => value - step[j]!)
    },
    [...start],
  )

export const rules = {
  sgd: (η: (t: number, bias: boolean) => number): Rule => {
    let t = 0
    return (_, g, { net }) => {
      const step = g.map((value, i) => η(t, isBias(net, i)) * value)
      t++
      return step
    }
  },
  momentum: (η: number, μ: number, nesterov: boolean): Rule => {
    let m: number[] | undefined
    return (_, g) => {
      m = g.map((value, i) => μ * (m?.[i] ?? 0) + value)
      const at = m
      return g.map((value, i) => η * (nesterov ? value + μ * at[i]! : at[i]!))
    }
  },
  adagrad: (η: number, ε: number): Rule => {
    let G: number[] | undefined
    return (_, g) => {
      G = g.map((value, i) => (G?.[i] ?? 0) + value * value)
      const at = G
      return g.map((value, i) => (η * value) / (Math.sqrt(at[i]!) + ε))
    }
  },
  rmsprop: (η: number, ρ: number, ε: number): Rule => {
    let v: number[] | undefined
    return (_, g) => {
      v = g.map((value, i) => ρ * (v?.[i] ?? 0) + (1 - ρ) * value * value)
      const at = v
      return g.map((value, i) => (η * value) / (Math.sqrt(at[i]!) + ε))
    }
  },
  adam: (η: number, β1: number, β2: number, ε: number): Rule => {
    let t = 0
    let m: number[] = []
    let v: number[] = []
    return (_, g) => {
      t++
      m = g.map((value, i) => β1 * (m[i] ?? 0) + (1 - β1) * value)
      v = g.map((value, i) => β2 * (v[i] ?? 0) + (1 - β2) * value * value)
      return g.map((_value, i) => (η * (m[i]! / (1 - β1 ** t))) / (Math.sqrt(v[i]! / (1 - β2 ** t)) + ε))
    }
  },
  /** Clips by the global norm, adds λθ to the gradient of all but biases, and then applies a rule. */
  clipped: (limit: number, λ: number, rule: Rule): Rule => {
    return (θ, g, seen) => {
      const norm = Math.sqrt(g.reduce((sum, value) => sum + value * value, 0))
      const scale = Math.min(1, limit / norm)
      return rule(
        θ,
        g.map((value, i) => value * scale + (isBias(seen.net, i) ? 0 : λ * θ[i]!)),
        seen,
      )
    }
  },
  /** Steps 5 to 7 of the study. */
  auto: (log: { firings: number; bounds: number[] } = { firings: 0, bounds: [] }): Rule => {
    let G: number[] = []
    let drifted: ((loss: number) => boolean) | undefined
    return (_, g, seen) => {
      const { net, losses, meanSquaredDelta } = seen
      G = g.map((value, i) => (G[i] ?? 0) + value * value)
      const u = g.map((value, i) => value / (Math.sqrt(fanIn(net, i) + 1) * (Math.sqrt(G[i]!) + 1e-8)))
      const c = g.reduce((sum, value, i) => sum + value * u[i]!, 0) / meanSquaredDelta
      const s = meanSquaredDelta === 0 ? 1 : boundOf(c, seen)
      log.bounds.push(s)
      drifted ??= driftRule(net.kind === 'logistic' || net.kind === 'softmax' ? 4 : 8)
      for (const loss of losses)
        if (drifted(loss)) {
          G = G.map((value) => value * 0.1)
          log.firings++
        }
      return u.map((value) => s * value)
    }
  },
} as const

/** The drift rule over the losses of rows, one after another: it tells whether it fires. */
export const driftRule = (cap: number): ((loss: number) => boolean) => {
  let [t, last, largest, limit] = [0, 0, 0, Infinity]
  const channels = [0, 1].map(() => ({ f: 0, m: 0, v: 0, κ: 0, settled: { m: 0, far: 0 } }))
  return (loss) => {
    t++
    const whole = Math.min(loss, cap)
    const isFar = channels.map((channel, i) => {
      const n = i === 0 ? t : t - 100
      if (n <= 0) return false
      const l = i === 0 ? whole : Math.min(whole, limit)
      channel.f += 0.02 * (l - channel.f)
      const a = Math.max(1 / n, 0.001)
      const d = l - channel.m
      channel.m += a * d
      channel.v += a * (d * d - channel.v)
      channel.κ += a * (d ** 3 - channel.κ)
      if (n < 50) channel.f = channel.m
      if (t % 100 === 0) {
        // The smallest e with e² = 4.3² (v/100 + e β), where β = α κ / 3v and α = 0.02.
        const β = channel.κ > 0 ? ((0.02 / 3) * channel.κ) / channel.v : 0
        const half = (4.3 ** 2 * β) / 2
        channel.settled = { m: channel.m, far: half + Math.sqrt(half ** 2 + (4.3 ** 2 * channel.v) / 100) }
      }
      const e = channel.f - channel.settled.m
      return n > 200 && e > channel.settled.far && e > largest / 100
    })
    if (t % 100 === 0) {
      const [{ settled, v }] = channels as [(typeof channels)[number]]
      largest = Math.max(largest, settled.m)
      limit = settled.m + 1.5 * Math.sqrt(v)
    }
    if (!(isFar.includes(true) && t - last >= 200)) return false
    last = t
    return true
  }
}

const boundOf = (c: number, { net, samples, outputs }: Seen): number => {
  if (net.kind === 'squared' || net.kind === 'huber') return (1 - Math.exp(-c)) / c
  if (net.kind === 'softmax' || samples.length > 1) return (1 - Math.exp(-c / 2)) / (c / 2)
  const q = samples[0]!.y === 1 ? outputs[0]![0]! : -outputs[0]![0]!
  const reach = c / (1 + Math.exp(q))
  if (reach < 1e-4 || q > 30) return 1
  // z + e^z = q + e^q + c, by halving: z + e^z grows with z
  let [low, z] = [q, q + reach]
  for (let i = 0; i < 2000 && low < z; i++) {
    const middle = low + (z - low) / 2
    if (middle <= low || middle >= z) break
    if (middle - q + (Math.exp(middle) - Math.exp(q)) < c) low = middle
    else z = middle
  }
  return (z - q) / reach
}
