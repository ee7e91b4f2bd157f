import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Returns the compiler's messages for each program in the README, checked as a user's compiler would do it. */
const problemsOf = (programs: readonly string[]): string[] => {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  const files = new Map(programs.map((code, i) => [`${root}readme-${i + 1}.ts`, `${code}\nexport {}\n`]))
  // One program is for a page, so the types of a browser are included.
  const asUsed = { ...options, lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'], noEmit: true, isolatedDeclarations: false }
  const host = ts.createCompilerHost(asUsed)
  const { getSourceFile, fileExists, readFile } = host
  host.fileExists = (name) => files.has(name) || fileExists(name)
  host.readFile = (name) => files.get(name) ?? readFile(name)
  host.getSourceFile = (name, version, ...others) => {
    const code = files.get(name)
    return code === undefined ? getSourceFile(name, version, ...others) : ts.createSourceFile(name, code, version)
  }
  const program = ts.createProgram([...files.keys()], asUsed, host)
  return [...files.keys()].flatMap((name) =>
    program
      .getSemanticDiagnostics(program.getSourceFile(name))
      .map(({ messageText }) => `${name.slice(root.length)}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`),
  )
}

it('the programs of the README pass the type check', () => {
  const readme = readFileSync(`${root}README.md`, 'utf8')
  const programs = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code)
  expect(programs.length).toBeGreaterThan(5)
  expect(problemsOf([...programs, 'export const wrong: number = "text"'])).toEqual([
    `readme-${programs.length + 1}.ts: Type 'string' is not assignable to type 'number'.`,
  ])
})
