// npm run test:mutants -- [--n 300] [--seed 1] [--seconds 90] [--workers 2] [files, folders or patterns]
// npm run test:mutants -- --again LOG [--seconds 300]: those of the same sample that LOG, a former output, says survived
// npm run test:mutants -- --rest LOG: those of the same sample that LOG, of a run that was interrupted, does not tell of
// npm run test:mutants -- --planted [parts of names]
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { plantAll } from './plant.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    n: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '90' },
    workers: { type: 'string' },
    again: { type: 'string' },
    rest: { type: 'string' },
    planted: { type: 'boolean', default: false },
  },
})

if (values.planted) process.exitCode = (await plantAll(positionals)) > 0 ? 1 : 0
else {
  const here = fileURLToPath(new URL('.', import.meta.url))
  if (!existsSync(`${here}node_modules/@stryker-mutator`)) {
    console.log('The mutators of StrykerJS are being installed in test/mutants; this happens once.')
    const { status } = spawnSync('npm', ['ci'], { cwd: here, stdio: 'inherit', shell: process.platform === 'win32' })
    if (status !== 0) process.exit(status ?? 1)
  }
  const { sample } = await import('./sample.js')
  await sample({
    ...{ n: Number(values.n), seed: Number(values.seed), seconds: Number(values.seconds), files: positionals },
    ...(values.workers !== undefined && { workers: Number(values.workers) }),
    ...(values.again !== undefined && { again: readFileSync(values.again, 'utf8') }),
    ...(values.rest !== undefined && { rest: readFileSync(values.rest, 'utf8') }),
  })
}
