import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Returns the published declarations of a file and of everything that it imports. */
const declarationsFrom = (file: string, found = new Map<string, string>()): ReadonlyMap<string, string> => {
  const { outputText } = ts.transpileDeclaration(readFileSync(file, 'utf8'), {
    fileName: file,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, isolatedDeclarations: true },
  })
  found.set(file.replace(/\.ts$/, '.d.ts'), outputText)
  for (const [, name = ''] of outputText.matchAll(/(?:from |import\()['"](\.[^'"]+)['"]/g)) {
    const next = resolve(dirname(file), name).replace(/\.js$/, '.ts')
    if (!found.has(next.replace(/\.ts$/, '.d.ts'))) declarationsFrom(next, found)
  }
  return found
}

test('the types of rxgrad/node, rxgrad/client and rxgrad/wire compile without those of Node', () => {
  const entries = ['node', 'client', 'wire'].map((entry) => resolve(root, `src/${entry}/index`))
  const declarations = new Map<string, string>()
  for (const entry of entries) declarationsFrom(`${entry}.ts`, declarations)
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
  }
  const host = ts.createCompilerHost(options)
  const { fileExists, getSourceFile } = host
  // Only the published declarations are there, because a source beside them, or in a package, would be found first.
  const ours = (name: string): boolean => name.endsWith('.ts') && !name.includes('/typescript/lib/')
  host.fileExists = (name) => (ours(name) ? declarations.has(name) : fileExists(name))
  host.getSourceFile = (name, language) =>
    ours(name)
      ? ts.createSourceFile(name, declarations.get(name) ?? '', language)
      : getSourceFile.call(host, name, language)
  const program = ts.createProgram(
    entries.map((entry) => `${entry}.d.ts`),
    options,
    host,
  )
  const faults = ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) =>
        `${file?.fileName.slice(root.length)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    )
  expect(faults).toEqual([])
  expect(declarations.size).toBeGreaterThan(5)
})
