import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import * as abi from '../../../src/program/abi.js'
import { OPCODES, WIDTH } from '../../../src/program/bytecode.js'
import { wordsOf } from '../../../src/program/struct.js'
// @ts-expect-error: plain JavaScript
import { abiOfKernels } from '../../config/abiOfKernels.js'

const src = fileURLToPath(new URL('../../../src/', import.meta.url))
const structs: Readonly<Record<string, unknown>> = { ...abi }

describe("the kernels' side", () => {
  it('equals what src/program/abi.ts declares', () => {
    const written = readFileSync(`${src}kernels/assembly/abi.ts`, 'utf8')
    expect(written, 'src/kernels/assembly/abi.ts is not what src/program/abi.ts declares: run `npm run kernels`').toBe(
      abiOfKernels({ ...abi }),
    )
  })

  it('has a form for each kind of export', () => {
    const text: string = abiOfKernels({
      ALL_OF: { PAIR: 'f64' },
      ROOM: 8,
      SHARE: 0.5,
      FAR: 1e300,
      HOW_MANY: { none: 0, some: 1 },
      PAIR: { first: 0, second: 1 },
      PART_OF: { from: 'optional', run: 'segment' },
    })
    expect(text.split('\n').slice(2).join('\n')).toBe(`export const FAR: f64 = 1e+300
export const ROOM: i32 = 8
export const SHARE: f64 = 0.5

export const enum HowMany {
  none = 0, some = 1,
}

@unmanaged
export class Pair {
  first: f64
  second: f64
}

@unmanaged
export class PartOf {
  from: i32
  runFrom: i32
  runTo: i32
}
`)
  })
})

describe('opcodes', () => {
  it('are numbered without gaps, in the order of their names', () => {
    expect(OPCODES.map((name) => abi.OPCODE[name])).toEqual(OPCODES.map((_, place) => place))
  })

  it('keep their numbers: a new opcode is added at the end', () => {
    const given =
      'neg exp log sqrt abs sigmoid tanh relu softplus copy add sub mul div max min greater pow binaryCrossEntropy where ' +
      'dense denseInput outer outerAdd matmul sum expand copyBlocks fill logSoftmax scaleBy shiftBy dot mulAdd scale ' +
      'commitScale unscale oneHot cyclic cast known guard watch bound drift adaptive descend look sortTouched touched ' +
      'sparseDense sparseAdd'
    expect(OPCODES.slice(0, given.split(' ').length).join(' ')).toBe(given)
  })
})

describe('structs', () => {
  it('of one type have adjacent fields', () => {
    for (const name of Object.keys(abi.ALL_OF))
      expect(
        Object.values(structs[name] as object),
        `${name}: a field's number is its place, from 0 on, without a gap`,
      ).toEqual(Object.keys(structs[name] as object).map((_, i) => i))
    expect(WIDTH).toBe(10)
  })

  it('have the words that are also named singly at the places that they declare', () => {
    for (const [struct, named] of [
      [abi.ROW_CALL, abi.CALL],
      [abi.ROW_PLAN, abi.PLAN],
    ])
      for (const [name, place] of Object.entries(named as object))
        expect(place, name).toBe(placesIn(struct as object)[name])
    expect(abi.CALL.stepNumber % 2, 'an f64 stands on 8 bytes').toBe(0)
    const { probabilities } = placesIn(abi.ROW_CALL)
    expect(abi.CALL_WORDS).toBeGreaterThan(probabilities as number)
    expect(abi.CALL_WORDS % 4).toBe(0)
  })

  it('become words in the order of their declaration', () => {
    expect(wordsOf<{ a: 'i32'; b: 'segment'; c: 'address' }>({ a: 1, b: [2, 3], c: -1 })).toEqual([1, 2, 3, -1])
  })

  it('are written in the order of their declaration everywhere', () => {
    const written = new Set<string>()
    for (const file of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts') || file.includes('assembly') || file.endsWith('struct.ts')) continue
      const text = readFileSync(src + file, 'utf8')
      if (!text.includes('wordsOf')) continue
      const source = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext)
      const visit = (node: ts.Node): void => {
        if (ts.isCallExpression(node) && node.expression.getText(source) === 'wordsOf') {
          const type = node.typeArguments?.[0]
          const name = type && ts.isTypeQueryNode(type) ? type.exprName.getText(source) : 'none'
          expect(
            namesIn(node.arguments[0], source),
            `src/${file} writes the fields of ${name} in another order than src/program/abi.ts declares them in`,
          ).toEqual(Object.keys(structs[name] as object))
          written.add(name)
        }
        ts.forEachChild(node, visit)
      }
      visit(source)
    }
    const mixed = Object.entries(structs).filter(
      ([, value]) => Object.values(value as object)[0] === 'i32' && value !== abi.ALL_OF,
    )
    expect([...written].sort()).toEqual(mixed.map(([name]) => name).sort())
  })
})

/** Returns the names of the fields that an object literal writes out, and those of literals spread into it. */
const namesIn = (node: ts.Node | undefined, source: ts.SourceFile): string[] => {
  if (!node || !ts.isObjectLiteralExpression(node)) return [`not written out: ${node?.getText(source)}`]
  return node.properties.flatMap((property) =>
    ts.isSpreadAssignment(property)
      ? namesIn(property.expression, source)
      : [property.name?.getText(source) ?? property.getText(source)],
  )
}

/** Returns the first word of each field. */
const placesIn = (struct: object): Record<string, number> => {
  let at = 0
  const places: Record<string, number> = {}
  for (const [name, type] of Object.entries(struct)) {
    places[name] = at
    at += type === 'f64' || type === 'segment' ? 2 : 1
  }
  return places
}
