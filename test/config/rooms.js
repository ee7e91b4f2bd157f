// How the house is built: its files, the rooms they stand in, what imports what, and where that goes in a circle.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'

/** @typedef {ReadonlyMap<string, readonly string[]>} Graph what each name leads to */

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]}
 */
const filesBelow = (root, folder) =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    return entry.isDirectory() ? filesBelow(root, path) : entry.name.endsWith('.ts') ? [path] : []
  })

/** @param {string} root @returns {Map<string, string>} the text of each file of src and operators */
export const readHouse = (root) =>
  new Map(
    ['src', 'operators']
      .flatMap((folder) => filesBelow(root, folder))
      .map((file) => [file, readFileSync(join(root, file), 'utf8')]),
  )

/** A file of the kernels in AssemblyScript, which is a language of its own. @param {string} file */
export const isAssembly = (file) => file.includes('/assembly/')

/** @param {string} text @returns {string} the text without its comments */
export const code = (text) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:])\/\/.*$/gm, '$1')

/** @param {string} text @returns {string[]} the names that a text imports, those of types too, as they are written */
export const importsOf = (text) =>
  [...code(text).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map(([, name]) => name)

/**
 * The file that a name means where it is imported; a package is its own name.
 *
 * @param {string} file
 * @param {string} name
 */
export const targetOf = (file, name) =>
  name.startsWith('.') ? `${posix.join(dirname(file), name).replace(/\.[jt]s$/, '')}.ts` : name

/** @param {ReadonlyMap<string, string>} texts @returns {Map<string, string[]>} */
export const fileGraph = (texts) =>
  new Map([...texts].map(([file, text]) => [file, importsOf(text).map((name) => targetOf(file, name))]))

/**
 * The room of a file is its folder. A file that stands loose in src is a room of its own; the kernels' rooms are the
 * folders right under `assembly`, each with the folders inside it.
 *
 * @param {string} file
 */
export const roomOf = (file) => {
  const [, kernels, path] = /^(src\/kernels\/assembly)\/(.+)$/.exec(file) ?? []
  if (path) return `${kernels}/${path.split('/')[0]}`
  const folder = dirname(file)
  return folder === 'src' ? file : folder
}

/** @param {Graph} files @returns {Map<string, string[]>} the rooms that each room imports from */
export const roomGraph = (files) => {
  /** @type {Map<string, Set<string>>} */
  const rooms = new Map()
  for (const [file, targets] of files) {
    const room = roomOf(file)
    const others = rooms.get(room) ?? new Set()
    rooms.set(room, others)
    for (const target of targets) if (files.has(target) && roomOf(target) !== room) others.add(roomOf(target))
  }
  return new Map([...rooms].map(([room, others]) => [room, [...others].sort()]))
}

/**
 * The names that lead to one another in a circle: the strongly connected components, by Tarjan's algorithm.
 *
 * @param {Graph} graph
 * @returns {string[][]}
 */
export const cyclesOf = (graph) => {
  /** @type {string[][]} */
  const cycles = []
  /** @type {Map<string, number>} the turn at which a name was met */
  const met = new Map()
  /** @type {string[]} names that were met and belong to no component yet */
  const open = []
  /** The earliest open name that leads on from here. @param {string} name @returns {number} */
  const visit = (name) => {
    const turn = met.size
    let earliest = turn
    met.set(name, turn)
    open.push(name)
    for (const next of graph.get(name) ?? []) {
      if (!met.has(next)) earliest = Math.min(earliest, visit(next))
      else if (open.includes(next)) earliest = Math.min(earliest, met.get(next) ?? turn)
    }
    if (earliest === turn) {
      const component = open.splice(open.indexOf(name))
      if (component.length > 1 || graph.get(name)?.includes(name)) cycles.push(component)
    }
    return earliest
  }
  for (const name of graph.keys()) if (!met.has(name)) visit(name)
  return cycles
}

/** @param {string} text */
export const linesOf = (text) => text.split('\n').length - (text.endsWith('\n') ? 1 : 0)

/** Files that a machine writes. */
const GENERATED = /\/(bytes|fastBytes)\.ts$/

/** The most lines that a file may have: kernels repeat themselves on purpose. @param {string} file */
export const mostLinesOf = (file) => (GENERATED.test(file) ? Infinity : file.startsWith('src/kernels/') ? 300 : 200)

/** @param {ReadonlyMap<string, string>} texts @returns {string[]} what is to be said of files that are too long */
export const tooLong = (texts) =>
  [...texts].flatMap(([file, text]) =>
    linesOf(text) > mostLinesOf(file)
      ? [`${file} has ${linesOf(text)} lines; expected at most ${mostLinesOf(file)}. Split it by the ideas in it.`]
      : [],
  )
