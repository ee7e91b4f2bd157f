import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
// @ts-expect-error: plain JavaScript
import * as house from './config/rooms.js'

type Graph = ReadonlyMap<string, readonly string[]>
const { code, cyclesOf, fileGraph, importsOf, isAssembly, readHouse, roomGraph, roomOf, targetOf, tooLong } = house as {
  code(text: string): string
  cyclesOf(graph: Graph): string[][]
  fileGraph(texts: ReadonlyMap<string, string>): Graph
  importsOf(text: string): string[]
  isAssembly(file: string): boolean
  readHouse(root: string): ReadonlyMap<string, string>
  roomGraph(files: Graph): Graph
  roomOf(file: string): string
  targetOf(file: string, name: string): string
  tooLong(texts: ReadonlyMap<string, string>): string[]
}

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * The rooms from the lowest to the highest. A room may import from rooms on the lines above its own, but not from rooms
 * on its own line, below it, or missing here. Rooms outside the core (client, Node, page) have further rules.
 */
const LEVELS = [
  'src/values.ts  src/errors.ts  src/settings.ts  src/options  src/program/elementary',
  'src/random.ts  src/events.ts  src/program  src/baselines  src/drift',
  'src/initializers  src/schedules  src/generators  src/kernels/host',
  'src/graph  src/optimizers',
  'src/autodiff  src/losses',
  'src/autodiff/duals  src/circuit  src/features',
  'src/layers  src/records.ts',
  'src/engine.ts  src/experts  src/late.ts  src/reacting.ts',
  'src/model.ts',
  'src/compile  src/intervals',
  'src/metrics  src/results',
  'src/model/state  src/wire',
  'src/model/step',
  'src/model/learn  src/model/shards  src/explain  src/export',
  'src/model  src/circuit.ts  src/testing',
  'src/byKey  src/compete  src/model/late  src/models  src/saved',
  'src/anomaly  src/model/arrival  src/reactions  src/safeguards',
  'src/bag',
  'src/index.ts  src/client  src/node/files  src/node/http',
  'src/node/api',
  'src/node/text  src/node/server  src/node/store  src/node/workers  src/dashboard/page',
  'src/node/journal',
  'src/node/sources  src/dashboard/charts  src/dashboard/circuit',
  'src/node/follow  src/node/transports',
  'src/node/sinks  src/node/cli/live  src/node/cli/output',
  'src/node/cli/arguments',
  'src/node/cli/help  src/node/cli/models',
  'src/node/cli/learning',
  'src/node/cli/frozen  src/node/cli/serve',
  'src/node/cli/verbs',
  'src/node  src/node/cli  src/dashboard',
  'operators  operators/testing',
  // The kernels and the reader of text are AssemblyScript, and import nothing of the rest.
  'src/kernels/assembly/abi.ts  src/node/text/assembly',
  'src/kernels/assembly/math',
  'src/kernels/assembly/vector',
  'src/kernels/assembly/step',
  'src/kernels/assembly/matrix',
  'src/kernels/assembly/vm',
  'src/kernels/assembly/learn',
  'src/kernels/assembly/index.ts',
]
const levels = new Map(LEVELS.flatMap((rooms, level) => rooms.split(/ +/).map((room) => [room, level])))

/** Returns the imports between rooms that the levels do not allow. */
const upward = (rooms: Graph): string[] =>
  [...rooms].flatMap(([room, others]) => {
    const level = levels.get(room)
    if (level === undefined) return [`${room} is on no level; give it one in LEVELS.`]
    return others
      .filter((other) => !((levels.get(other) ?? Infinity) < level))
      .map((other) => `${room} imports from ${other}, which is not below it; see LEVELS.`)
  })

/** Returns the rules that a file breaks. */
const complaints = (file: string, text: string): string[] => {
  const found: string[] = []
  const inFolder = (folder: string) => file.startsWith(`${folder}/`)
  const edge = ['src/node', 'src/client', 'src/dashboard'].some(inFolder)
  for (const name of importsOf(text)) {
    const target = targetOf(file, name)
    const into = (folder: string) => target.startsWith(`${folder}/`)
    const says = (rule: string) => found.push(`${file} imports ${name}: ${rule}`)

    if (/^rxjs/.test(name) && (!inFolder('operators') || name !== 'rxjs'))
      says("only operators/ knows RxJS, and only as 'rxjs'")
    if (/^(node:|ws$)/.test(name) && !inFolder('src/node')) says('only src/node knows Node')
    if (/^msgpackr/.test(name) && !inFolder('src/wire')) says('only src/wire knows msgpackr')
    if (into('operators') && inFolder('src')) says('src knows nothing of operators')
    if (inFolder('operators') && (into('src/node') || into('src/client') || into('src/dashboard')))
      says('an operator gets such things as arguments')
    if (into('test') || into('examples')) says('nothing imports tests or examples')
    if (!edge && (into('src/node') || into('src/client') || into('src/dashboard'))) says('the core knows no edge')
    if (inFolder('src/client') && into('src/node')) says('the client runs in browsers')
    if (inFolder('src') && target === 'src/index.ts') says('the table of contents is for those outside')
    if (['src/circuit', 'src/autodiff', 'src/program'].some(inFolder) && into('src/model'))
      says('nothing imports upward')
  }
  // What is brought twice must be one function, or each operator that is made would slow down every later model.
  for (const [call] of code(text).matchAll(/\bbringStages\((?!\w+\)|\w+: )[^\n]*/g))
    found.push(`${file}: ${call}: a function that is made at each call is brought anew each time`)
  if (inFolder('src') && !edge) {
    for (const [call] of code(text).matchAll(/\bMath\.(?!abs\b|min\b|max\b|floor\b|sqrt\b|fround\b|imul\b)\w+/g))
      found.push(`${file} calls ${call}: the core computes with + − × ÷ √ alone`)
    for (const [word] of code(text).matchAll(
      /\*\*|\beval\s*\(|new Function\b|\bprocess\.|\bBuffer\b|\bdocument\.|\bDate\.now\b/g,
    ))
      found.push(`${file} uses ${word}: the core is pure`)
  }
  return found
}

const texts = readHouse(root)
const graph = fileGraph(texts)
// These rules are for TypeScript, and not for AssemblyScript.
const files = [...texts.keys()].filter((file) => !isAssembly(file))

describe('the house', () => {
  it('has every file in a known room', () => {
    expect(files.length).toBeGreaterThan(100)
    expect(files.flatMap((file) => complaints(file, texts.get(file) as string))).toEqual([])
  })

  it('has rooms that import only from lower ones', () => {
    expect(upward(roomGraph(graph))).toEqual([])
    expect([...levels.keys()].filter((room) => !roomGraph(graph).has(room))).toEqual([])
  })

  it('has no cycles of files or rooms, including imports of types', () => {
    expect(cyclesOf(graph)).toEqual([])
    expect(cyclesOf(roomGraph(graph))).toEqual([])
  })

  it('has no file of more than 200 lines, and none of more than 300 among the kernels', () => {
    expect(tooLong(texts)).toEqual([])
  })

  it('has index files of exports alone', () => {
    for (const file of files.filter((name) => name.endsWith('/index.ts')))
      expect(
        code(texts.get(file) as string)
          .replace(/export (type )?(\*( as \w+)?|\{[^}]*\}) from '[^']+'/g, '')
          .trim(),
        file,
      ).toBe('')
  })

  it('has only the expected files at the top of src', () => {
    const allowed = [
      'package.json',
      'package-lock.json',
      'tsconfig.json',
      'README.md',
      'LICENSE',
      'src',
      'operators',
      'examples',
      'test',
      'dist',
      'node_modules',
    ]
    expect(readdirSync(root).filter((name) => !name.startsWith('.') && !allowed.includes(name))).toEqual([])
  })

  it('states the types of each export also for resolvers that do not read exports', () => {
    const { main, types, typesVersions, exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
    const { '.': whole, ...parts } = exports as Record<string, string | { node?: string; types: string }>
    expect(whole).toMatchObject({ types, node: main })
    const typed = Object.entries(parts).flatMap(([name, part]) =>
      typeof part === 'string' ? [] : [[name.slice(2), [part.types]]],
    )
    expect(typesVersions).toEqual({ '*': Object.fromEntries(typed) })
  })

  it('finds a broken rule', () => {
    const broken = (file: string, text: string) => complaints(file, text).length
    expect(broken('src/model/x.ts', "import { map } from 'rxjs'")).toBeGreaterThan(0)
    expect(broken('src/model/x.ts', "import { connect } from '../node/index.js'")).toBeGreaterThan(0)
    expect(broken('src/program/x.ts', 'const y = Math.exp(1) + 2 ** 3')).toBeGreaterThan(1)
    expect(broken('operators/x.ts', "import { serve } from '../src/node/server/createServer.js'")).toBeGreaterThan(0)
    expect(broken('src/client/x.ts', "import { pack } from 'msgpackr'")).toBeGreaterThan(0)
  })

  it('finds an import from a higher room, from one on the same level, and from one on no level', () => {
    const between = (from: string, to: string) => upward(new Map([[from, [to]]])).length
    expect(between('src/compile', 'src/program')).toBe(0)
    expect(between('src/program', 'src/compile')).toBe(1)
    expect(between('src/schedules', 'src/features')).toBe(1)
    expect(between('src/compile', 'src/newRoom')).toBe(1)
    expect(between('src/newRoom', 'src/program')).toBe(1)
  })

  it('finds a cycle of files and one of rooms, even if only a type closes it', () => {
    const graphOf = (given: Record<string, string>) => fileGraph(new Map(Object.entries(given)))
    const ofFiles = graphOf({
      'src/a/x.ts': "import { y } from './y.js'",
      'src/a/y.ts': "import type { Z } from '../b/z.js'",
      'src/b/z.ts': "import type { Y } from '../a/y.js'",
    })
    expect(cyclesOf(ofFiles).map((cycle) => cycle.sort())).toEqual([['src/a/y.ts', 'src/b/z.ts']])
    const ofRooms = graphOf({
      'src/a/x.ts': "import { z } from '../b/z.js'",
      'src/a/y.ts': '',
      'src/b/z.ts': '',
      'src/b/w.ts': "export type { Y } from '../a/y.js'",
      'src/c/v.ts': "import { y } from '../a/y.js'",
    })
    expect(cyclesOf(ofRooms)).toEqual([])
    expect(cyclesOf(roomGraph(ofRooms)).map((cycle) => cycle.sort())).toEqual([['src/a', 'src/b']])
    expect(cyclesOf(graphOf({ 'src/a/x.ts': "import type { X } from './x.js'" }))).toEqual([['src/a/x.ts']])
  })

  it('finds a file that is too long', () => {
    const long = (file: string, lines: number) => tooLong(new Map([[file, 'x\n'.repeat(lines)]])).length
    expect([long('src/model/x.ts', 200), long('src/model/x.ts', 201)]).toEqual([0, 1])
    expect([long('src/kernels/assembly/learn/x.ts', 300), long('src/kernels/assembly/learn/x.ts', 301)]).toEqual([0, 1])
    expect(long('src/kernels/host/bytes.ts', 1000)).toBe(0)
  })

  it('identifies a room by its folder, its single file, or its place among the kernels', () => {
    expect(
      [
        'src/model.ts',
        'src/model/learn/x.ts',
        'src/kernels/assembly/learn/ways/x.ts',
        'src/kernels/assembly/abi.ts',
      ].map(roomOf),
    ).toEqual(['src/model.ts', 'src/model/learn', 'src/kernels/assembly/learn', 'src/kernels/assembly/abi.ts'])
  })
})
