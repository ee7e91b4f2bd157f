import { fileURLToPath } from 'node:url'
import ts from 'typescript'

// The compiler writes its paths with slashes on every system.
const root = fileURLToPath(new URL('../..', import.meta.url)).replaceAll('\\', '/')

/** Returns the compiler's messages for programs, by name, checked as a user's compiler would do it. */
export const typeProblems = (programs: Readonly<Record<string, string>>): string[] => {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  const files = new Map(Object.entries(programs).map(([name, code]) => [`${root}${name}.ts`, `${code}\nexport {}\n`]))
  // A program of the README is for a page, so the types of a browser are included.
  const asUsed = {
    ...options,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
    noEmit: true,
    isolatedDeclarations: false,
    noUnusedLocals: false,
  }
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
      .map(
        ({ messageText }) => `${name.slice(root.length, -3)}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
      ),
  )
}
