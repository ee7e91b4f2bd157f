import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? filesBelow(`${folder}/${entry.name}`)
      : entry.name.endsWith('.ts')
        ? [`${folder}/${entry.name}`]
        : [],
  )
const code = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:])\/\/.*$/gm, '$1')
const importsOf = (text: string): string[] =>
  [...code(text).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] as string)

/** What the rules say of a file: a list of complaints, empty when it keeps them all. */
const complaints = (file: string, text: string): string[] => {
  const found: string[] = []
  const inFolder = (folder: string) => file.startsWith(`${folder}/`)
  const edge = ['src/node', 'src/client', 'src/dashboard'].some(inFolder)
  for (const name of importsOf(text)) {
    const target = name.startsWith('.')
      ? relative(root, resolve(root, dirname(file), name)).replaceAll('\\', '/')
      : name
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
    if (inFolder('src') && /(^|\/)index\.js$/.test(target) && target === 'src/index.js')
      says('the table of contents is for those outside')
    if (['src/circuit', 'src/autodiff', 'src/program'].some(inFolder) && into('src/model'))
      says('nothing imports upward')
  }
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

/** The first cycle among relative imports that are not for types alone. */
const findCycle = (graph: ReadonlyMap<string, readonly string[]>): string[] | undefined => {
  const done = new Set<string>()
  const walk = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return undefined
    for (const next of graph.get(file) ?? []) {
      const cycle = walk(next, [...path, file])
      if (cycle) return cycle
    }
    done.add(file)
    return undefined
  }
  for (const file of graph.keys()) {
    const cycle = walk(file, [])
    if (cycle) return cycle
  }
  return undefined
}
const runtimeImports = (file: string, text: string): string[] =>
  [...code(text).matchAll(/^\s*(?:import|export)\s+(?!type\b)([^'"]*?)\s*from\s*'(\.[^']+)'/gms)].flatMap(
    ([, names = '', name = '']) => {
      const listed =
        /\{([^}]*)\}/
          .exec(names)?.[1]
          ?.split(',')
          .map((part) => part.trim())
          .filter(Boolean) ?? []
      const typesOnly =
        names.trim().startsWith('{') && listed.length > 0 && listed.every((part) => part.startsWith('type '))
      return typesOnly
        ? []
        : [
            relative(root, resolve(root, dirname(file), name))
              .replaceAll('\\', '/')
              .replace(/\.js$/, '.ts'),
          ]
    },
  )

// AssemblyScript is a language of its own
const files = [...filesBelow('src'), ...filesBelow('operators')].filter((file) => !file.includes('/assembly/'))
const texts = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]))

describe('the house', () => {
  it('has every file in the room it belongs to', () => {
    expect(files.length).toBeGreaterThan(100)
    expect(files.flatMap((file) => complaints(file, texts.get(file) as string))).toEqual([])
  })

  it('has no cycles', () => {
    const graph = new Map(files.map((file) => [file, runtimeImports(file, texts.get(file) as string)]))
    expect(findCycle(graph)).toBeUndefined()
  })

  it('keeps tables of contents to exports', () => {
    for (const file of files.filter((name) => name.endsWith('/index.ts')))
      expect(
        code(texts.get(file) as string)
          .replace(/export (type )?(\*( as \w+)?|\{[^}]*\}) from '[^']+'/g, '')
          .trim(),
        file,
      ).toBe('')
  })

  it('has nothing at the top but what belongs there', () => {
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

  it('would see a rule broken', () => {
    const broken = (file: string, text: string) => complaints(file, text).length
    expect(broken('src/model/x.ts', "import { map } from 'rxjs'")).toBeGreaterThan(0)
    expect(broken('src/model/x.ts', "import { connect } from '../node/index.js'")).toBeGreaterThan(0)
    expect(broken('src/program/x.ts', 'const y = Math.exp(1) + 2 ** 3')).toBeGreaterThan(1)
    expect(broken('operators/x.ts', "import { serve } from '../src/node/server/createServer.js'")).toBeGreaterThan(0)
    expect(broken('src/client/x.ts', "import { pack } from 'msgpackr'")).toBeGreaterThan(0)
    expect(
      findCycle(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['b']],
        ]),
      ),
    ).toEqual(['b', 'c', 'b'])
  })
})
