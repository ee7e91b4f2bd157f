import { readdirSync, readFileSync } from 'node:fs'
import { dirname, posix, win32 } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { partsOf } from '../src/node/sources/glob.js'
// @ts-expect-error: plain JavaScript
import { code } from './config/rooms.js'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What runs on one kind of system alone, each with what is written instead. */
const RULES: readonly (readonly [RegExp, string])[] = [
  [/import\.meta\.url\)\.pathname/, 'fileURLToPath(…), because the path of a file: URL is /C:/… on Windows'],
  [/\bimport\(`\$\{root\}/, 'new URL(…, import.meta.url).href, because C:\\… is not the name of a module'],
  [/\b(file|path|place|pattern)\.startsWith\('\/'\)/i, 'isAbsolute(…), because C:\\… is absolute too'],
  [
    /\b(spawn|spawnSync|execFileSync|execFile)\('(npm|npx|sh|bash)',(?!.*shell:)/,
    'a shell on Windows: npm is a batch file',
  ],
  [/\bsymlinkSync\((?!.*'junction')/, "the kind 'junction', which Windows allows everyone to make"],
]
const complaints = (file: string, text: string): string[] =>
  (code(text) as string)
    .split('\n')
    .flatMap((line) =>
      RULES.flatMap(([found, instead]) => (found.test(line) ? [`${file}: ${line.trim()}: ${instead}`] : [])),
    )

/** What only a POSIX shell understands in a script: variables in front, single quotes, its commands, and `;`. */
const POSIX = /(^|&& *)[A-Z_]+=|'|;|\$|\b(rm|cp|mv|mkdir|cat|sh|bash|export) /

const files = ['src/node', 'operators', 'examples', 'test'].flatMap((folder) =>
  readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .filter((file) => /\.[jt]s$/.test(file) && !/node_modules|portable/.test(file)),
)

describe('on every system', () => {
  it('the files name paths in a way that Windows understands', () => {
    expect(files.length).toBeGreaterThan(200)
    expect(files.flatMap((file) => complaints(file, readFileSync(`${root}${file}`, 'utf8')))).toEqual([])
  })

  it('the scripts of package.json run without a POSIX shell', () => {
    const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
    expect(Object.entries<string>(scripts).filter(([, script]) => POSIX.test(script))).toEqual([])
  })

  // A bundler takes such a URL for a file to add to the bundle, and stops where there is none.
  it('a URL beside a module of src/node names a file that the build writes', () => {
    const urls = files
      .filter((file) => file.startsWith('src/node/'))
      .flatMap((file) =>
        [...code(readFileSync(`${root}${file}`, 'utf8')).matchAll(/new URL\(([^,)]*), import\.meta\.url\)/g)].map(
          ([, name = '']) => posix.join(dirname(file), name.slice(1, -1)).replace(/\.js$/, '.ts'),
        ),
      )
    expect(urls).toContain('src/node/workers/thread.ts')
    expect(urls.filter((url) => !files.includes(url))).toEqual([])
  })

  it('a pattern of files is read with the separators and the roots of the system', () => {
    expect(partsOf('data/*.csv', win32)).toEqual({ root: '', parts: ['data', '*.csv'] })
    expect(partsOf('C:\\data\\*.csv', win32)).toEqual({ root: 'C:\\', parts: ['data', '*.csv'] })
  })

  it('what one system alone understands is found', () => {
    for (const line of [
      "const folder = new URL('.', import.meta.url).pathname",
      `const { kernelBytes } = await import(\`\${root}dist/bytes.js\`)`,
      "readFileSync(file.startsWith('/') ? file : join(base, file))",
      "spawnSync('npm', ['ci'], { cwd })",
      'symlinkSync(join(root, name), join(folder, name))',
    ])
      expect(complaints('x.ts', line), line).toHaveLength(1)
    for (const script of ['PORT=8080 tsx live.ts', 'rm -rf dist && tsc', "node -e 'main()'", 'tsc; node main.js'])
      expect(script).toMatch(POSIX)
  })
})
