import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { connect, type Incoming } from '../../../../src/node/index.js'
import { bundleCommand, type Command } from '../../../command.js'

const folder = mkdtempSync(join(tmpdir(), 'rxgrad-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))
let command: Command
beforeAll(async () => {
  command = await bundleCommand()
})
afterAll(() => command.remove())

const start = (args: readonly string[]) => {
  const child = spawn(process.execPath, [command.file, ...args])
  // A test that fails leaves nothing running.
  onTestFinished(() => {
    if (child.exitCode === null) child.kill('SIGKILL')
  })
  return child
}

/** Runs the command on an input to its end. */
const rxgrad = async (args: readonly string[], input = '') => {
  const child = start(args)
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  const predictions = stdout.split('\n').filter((line) => line.startsWith('{"line"'))
  return { code, stdout, stderr, predictions: predictions.map((line) => JSON.parse(line)) }
}
const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

/** Seeded rows with y = 2a where the room is A, and y = −2a where it is B. */
const rows = (count: number) => {
  let seed = 7
  const random = () => {
    seed = (seed * 16807) % 2147483647
    return seed / 2147483647
  }
  return Array.from({ length: count }, () => {
    const a = random() * 2 - 1
    const room = random() < 0.5 ? 'A' : 'B'
    return { a, room, y: (room === 'A' ? 2 : -2) * a, on: a > 0 === (room === 'A') }
  })
}
const ndjson = rows(1500)
  .map((row) => `${JSON.stringify(row)}\n`)
  .join('')
const csv = `a,room,y,on\r\n${rows(1500)
  .map(({ a, room, y, on }) => `${a},"${room}",${y},${on}\r\n`)
  .join('')}`

describe('learns', () => {
  test('a number from NDJSON on stdin, beside the baselines', async () => {
    const { code, stderr, predictions } = await rxgrad(
      ['learn', '--target', 'y', '--without', 'on', '--seed', '1'],
      ndjson,
    )
    expect(code).toBe(0)
    expect(stderr).toContain(
      'schema  a:numeric room:category -> y:numeric\nexperts noChange, linear (1) × 3, net (32 relu, 1) × 3, deep (32 relu, 32 relu, 1), nearest\n1,500 rows in ',
    )
    expect(stderr).toMatch(/ {2}model {2}no-change {2}running mean\nMAE +0\.\d+ +[\d.]+ +[\d.]+\n/)
    const [model, noChange, mean] = /MAE +([\d.]+) +([\d.]+) +([\d.]+)/.exec(stderr)!.slice(1).map(Number)
    expect(model).toBeLessThan(Math.min(noChange!, mean!) / 2)
    expect(predictions.length).toBe(1500)
    expect(predictions[0]).toEqual({ line: 1, step: 0, prediction: 0, actual: rows(1)[0]!.y })
    expect(predictions[1499]).toMatchObject({ line: 1500, step: 1499 })
  })

  test('a category from CSV, and the same bytes from NDJSON, a file and stdin', async () => {
    const args = ['--target', 'on', '--features', 'room,a', '--layers', '16 tanh, 1', '--seed', '3']
    const [fromFile, fromStdin, fromNdjson] = await Promise.all([
      rxgrad(['learn', file('a.csv', csv), ...args]),
      rxgrad(['learn', '-', ...args], csv),
      rxgrad(['learn', ...args], ndjson),
    ])
    expect(fromFile!.code).toBe(0)
    expect(fromFile!.stderr).toContain('note    on is a category (2 names): false, true')
    expect(fromFile!.stderr).toMatch(/accuracy +0\.[89]\d+ +0\.[45]\d+/)
    expect(fromFile!.predictions[700].probabilities).toEqual({ false: expect.any(Number), true: expect.any(Number) })
    expect(fromStdin!.stdout).toBe(fromFile!.stdout)
    expect(fromNdjson!.predictions.map((p) => p.probabilities)).toEqual(
      fromFile!.predictions.map((p) => p.probabilities),
    )
  })

  test('three classes, with three outputs', async () => {
    const table = `a,c\n${rows(600)
      .map(({ a }) => `${a},${a < -0.3 ? 'low' : a > 0.3 ? 'high' : 'mid'}\n`)
      .join('')}`
    const { stderr, predictions } = await rxgrad(['learn', '--target', 'c'], table)
    expect(stderr).toContain(
      '-> c:category=high|low|mid\nexperts noChange, linear (3) × 3, net (32 relu, 3) × 3, deep (32 relu, 32 relu, 3)',
    )
    expect(Object.keys(predictions[0].probabilities)).toEqual(['high', 'low', 'mid'])
    expect(Number(/accuracy +([\d.]+)/.exec(stderr)![1])).toBeGreaterThan(0.8)
  })

  test('with every optimizer and loss, in batches, and in both precisions', async () => {
    const runs = await Promise.all(
      [
        ['--optimizer', 'sgd', '--loss', 'squared', '--batch', '8'],
        ['--optimizer', 'adam', '--loss', 'absolute', '--precision', 'f64', '--learning-rate', '0.01'],
        ['--optimizer', 'adagrad', '--loss', 'huber', '--layers', '8 tanh, 8 tanh, 1'],
        ['--optimizer', 'momentum', '--learning-rate', '0.01', '--layers', '4 relu, 1'],
        ['--optimizer', 'ftrl', '--learning-rate', '0.5', '--layers', '8 tanh, 1'],
      ].map((args) => rxgrad(['learn', '--target', 'y', '--without', 'on', '--no-predictions', ...args], ndjson)),
    )
    for (const { code, stdout, stderr } of runs) {
      expect([code, stdout]).toEqual([0, ''])
      const [model, , mean] = /MAE +([\d.]+) +([\d.]+) +([\d.]+)/.exec(stderr)!.slice(1).map(Number)
      expect(model).toBeLessThan(mean!)
    }
  })

  test('refuses an optimizer that does not fit the layers or the loss, or has no learning rate', async () => {
    const refusals = await Promise.all(
      [
        ['--optimizer', 'vw', '--loss', 'squared'],
        ['--optimizer', 'passive-aggressive', '--layers', '1'],
        ['--optimizer', 'cocob', '--learning-rate', '1'],
        ['--optimizer', 'vw', '--loss', 'squared', '--layers', '1', '--quiet'],
      ].map((args) => rxgrad(['learn', '--target', 'y', ...args], ndjson)),
    )
    expect(refusals.map(({ code, stderr }) => [code, stderr])).toEqual([
      [
        2,
        'rxgrad: --optimizer vw: the model has an output that is not linear in θ; expected a linear model of one output, such as layers: [dense(1)].\n',
      ],
      [
        2,
        "rxgrad: --optimizer passive-aggressive: the loss is 'huber'; expected one of hinge(), epsilonInsensitive(), absolute().\n",
      ],
      [2, 'rxgrad: --learning-rate: cocob has no learning rate; leave the option out.\n'],
      [0, ''],
    ])
  })

  test('from the column of times that --time names, also if its numbers do not look like times', async () => {
    const rows = Array.from({ length: 200 }, (_, i) => `${3e8 + 3600 * i},${i % 24}`)
    const { code, stderr } = await rxgrad(
      ['learn', '--target', 'y', '--time', 'made at', '--no-predictions'],
      ['made at,y', ...rows].join('\n'),
    )
    expect(code).toBe(0)
    expect(stderr).toContain('schema  "made at":time(hour weekday, seconds) -> y:numeric\n')
    expect(stderr).toContain('made at is a time: its hour and weekday are read in UTC;')
  })

  test('from rows with a target, predicts those without one, and skips, counts and lists bad rows', async () => {
    const good = Array.from({ length: 30 }, (_, i) => `${i},${i}\n`).join('')
    const { code, stderr, predictions } = await rxgrad(
      ['learn', '--target', 'y'],
      `a,y\n${good}5,\noops,1\n1\n1e200,2\n7,7\n`,
    )
    expect(code).toBe(0)
    expect(stderr).toContain('rows without a target, predicted but not learned: 1\n')
    expect(stderr).toContain(
      '2 rows were rejected and not learned:\n  line 34: the row has 1 cell, but the header has 2\n  line 35: ',
    )
    expect(stderr).toContain('note    "oops" in a counts as missing (in 1 of 34 rows)\n')
    expect(predictions.map(({ line }) => line).slice(-4)).toEqual([31, 32, 33, 36])
    expect(predictions.at(-3)).not.toHaveProperty('actual')
    // θ did not change: the last prediction is that of a stream without the rejected rows.
    const clean = await rxgrad(['learn', '--target', 'y'], `a,y\n${good}5,\noops,1\n7,7\n`)
    expect(predictions.at(-1).prediction).toBe(clean.predictions.at(-1).prediction)
  })

  test('a class that first appears in the stream, by its name, wherever the pieces of the input end', async () => {
    const lines = Array.from({ length: 4000 }, (_, i) => {
      const at = i % (i < 2000 ? 2 : 3)
      return `${at + (i % 7) / 100},${'abc'[at]}\n`
    })
    const [whole, byNdjson] = await Promise.all([
      rxgrad(['learn', file('newclass.csv', `x,c\n${lines.join('')}`), '--target', 'c:category(5)', '--seed', '1']),
      rxgrad(
        ['learn', '--target', 'c:category(5)', '--seed', '1'],
        lines.map((line) => `{"x":${line.replace(',', ',"c":"').trim()}"}\n`).join(''),
      ),
    ])
    expect(whole!.predictions.length).toBe(4000)
    expect(whole!.predictions.filter(({ prediction }) => prediction === null)).toEqual([])
    // The third class appears in row 2,002: predictions up to that row do not have it, and later ones do.
    const known = whole!.predictions.map(({ probabilities }) => Object.keys(probabilities).length)
    expect(known.lastIndexOf(2)).toBe(known.indexOf(3) - 1)
    expect(whole!.predictions[known.indexOf(3) - 1].actual).toBe('c')
    const said = ({ predictions }: typeof whole) => predictions.map(({ line, ...rest }) => rest)
    expect(said(byNdjson!)).toEqual(said(whole!))
  })

  test('nothing from rows of a class without room, and reports them', async () => {
    const table = `x,c\n${Array.from({ length: 1200 }, (_, i) => `${i % 7},${i < 1100 ? 'ab'[i % 2] : 'z'}\n`).join('')}`
    const { code, stderr, predictions } = await rxgrad(['learn', '--target', 'c'], table)
    expect(code).toBe(0)
    // The first row was predicted before any label was learned.
    expect(stderr).toContain(
      'score over 1,099 rows; 100 rejected; 1 unscored, predicted before any row was learned or not finite\n',
    )
    expect(stderr).toMatch(
      /100 rows were rejected and not learned:\n {2}line 1102 and 99 more: c is 'z', a new name, .*; give it room for more classes: --target "c:category\(20\)"\n/,
    )
    expect(predictions.length).toBe(1100)
  })

  test('from rows whose number fails later on, and tells of it live and in the report', async () => {
    const table = `x,y\n${Array.from({ length: 1200 }, (_, i) => `${i % 7},${i % 7}\n`).join('')}`
    const { stderr, predictions } = await rxgrad(['learn', '--target', 'y'], `${table}unavailable,3\n4,off\noff,5\n`)
    expect(stderr).toContain('note    line 1202: x is "unavailable", not a number; such values count as missing\n')
    expect(stderr).toContain('x 2 ("unavailable" in line 1202), y 1 ("off" in line 1203)\n')
    expect(stderr).not.toContain('rejected')
    expect(predictions.map(({ line, actual }) => [line, actual]).slice(-3)).toEqual([
      [1202, 3],
      [1203, undefined],
      [1204, 5],
    ])
  })

  test('counts that began as 0 and 1, and says how to read them as numbers', async () => {
    const table = `x,y\n${Array.from({ length: 1300 }, (_, i) => `${i % 7},${i < 1100 ? i % 2 : 2 + (i % 2)}\n`).join('')}`
    const { stderr } = await rxgrad(['learn', '--target', 'y', '--no-predictions'], table)
    expect(stderr).toMatch(
      /line 1102 and 199 more of this kind: y is 2, .*; if it is a number, write --target "y:numeric"\n/,
    )
  })

  test('a third class that a slow stream brings after its beginning', async () => {
    const child = start(['learn', '--target', 'c'])
    child.stdin.write('{"x":1,"c":"a"}\n{"x":2,"c":"b"}\n')
    const stdout = text(child.stdout)
    await once(child.stderr, 'data')
    child.stdin.end('{"x":3,"c":"c"}\n{"x":3,"c":"c"}\n')
    const last = JSON.parse((await stdout).trim().split('\n').at(-1)!)
    expect(Object.keys(last.probabilities)).toEqual(['a', 'b', 'c'])
  })

  test('with --limit, --keep and --quiet', async () => {
    const args = ['learn', '--target', 'y', '--limit', '3', '--keep', 'room', '--quiet']
    const { code, stderr, predictions } = await rxgrad(args, ndjson)
    expect([code, stderr, predictions.length]).toEqual([0, '', 3])
    expect(predictions[0].room).toBe(rows(1)[0]!.room)
  })
})

describe('bad input gives one line and exit code 1, a wrong use 2', () => {
  const table = 'a,b,class\n1,2,x\n3,4,y\n5,6,z\n'
  test.each([
    [['learn'], table, '--target is missing; name the column to predict, one of a, b, class.'],
    [
      ['learn', '--target', 'clas'],
      table,
      'there is no column "clas". Did you mean "class"? The columns are a, b, class.',
    ],
    [['learn', '--target', 'a', '--features', 'c'], table, 'there is no column "c".'],
    [['learn', '--target', 'a', '--layers', '32 rely, 1'], table, 'there is no activation "rely"'],
    [
      ['learn', '--target', 'class', '--layers', '8 relu, 1'],
      table,
      'class has 3 classes, which need 3; write "8 relu, 3".',
    ],
    [
      ['learn', '--target', 'a', '--layers', '20000, 20000, 1'],
      table,
      '--layers "20000, 20000, 1": the model would have about 401,360,001 parameters, more than 50,000,000',
    ],
    [['learn', '--target', 'a', '--layers', '1000000000'], table, '1000000000 units are too many'],
    [['learn', '--target', 'a', '--target', 'b'], table, '--target is given twice: "a" and "b"'],
    [['learn', '--target', 'a', '--layers', '2'], table, 'a is a number, which needs 1; write "1".'],
    [['learn', '--target', 'a', '--loss', 'cross-entropy'], table, 'a is a number, whose loss is squared'],
    [['learn', '--target', 'a'], '', 'the input is empty', 1 as number],
    [['learn', '--target', 'a'], 'a,b\n1\n', 'line 2: the row has 1 cell, but the header has 2', 1 as number],
    [
      ['learn', '--target', 'class:numeric'],
      table,
      'the target "class" was declared to be a number, but the first rows have texts such as "x"',
    ],
    [['learn', 'nowhere.csv', '--target', 'a'], '', 'there is no file nowhere.csv', 1 as number],
    [['learn', '--tagret', 'a'], '', 'there is no option --tagret. Did you mean "--target"?'],
    [['laern'], '', 'there is no command "laern". Did you mean "learn"?'],
    [[], '', 'the command is missing'],
  ] as const)('%j', async (args, input, message, expected = 2) => {
    const { code, stdout, stderr } = await rxgrad(args, input)
    const last = stderr
      .trimEnd()
      .split('\n')
      .filter((line) => !/^(note|schema|layers) /.test(line))
    expect(last).toEqual([expect.stringContaining(message)])
    expect(last[0]).toMatch(/^rxgrad: /)
    expect([code, stdout]).toEqual([expected, ''])
  })

  test('a port that is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    const { code, stderr } = await rxgrad(['learn', '--target', 'y', '--serve', `${port}`], ndjson)
    other.close()
    expect(stderr).toContain(
      `rxgrad: --serve ${port}: port ${port} is in use; give another port, or --serve 0 for any free one.\n`,
    )
    expect(code).toBe(1)
  })
})

describe('the command as a part of a pipe', () => {
  test('ends quietly when its reader leaves', async () => {
    const child = start(['learn', '--target', 'y'])
    child.stdin.on('error', () => {})
    child.stdin.write(ndjson)
    await once(child.stdout, 'data')
    child.stdout.destroy()
    // The stream goes on; only the reader of the predictions has left.
    const more = setInterval(() => child.stdin.write(ndjson.slice(0, 20_000).replace(/[^\n]*$/, '')), 50)
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
    clearInterval(more)
    expect(code).toBe(0)
    expect(stderr).not.toMatch(/rows in|Error/)
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'at %s in a live stream it prints the report, ends its lines and exits with %i',
    async (signal, expected) => {
      const child = start(['learn', '--target', 'y'])
      child.stdin.write(ndjson)
      const stdout = text(child.stdout)
      await once(child.stdout, 'data')
      child.kill(signal)
      const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
      expect(code).toBe(expected)
      const [, count] = /(\S+) rows in .* rows\/s/.exec(stderr)!
      const lines = (await stdout).trimEnd().split('\n')
      // Every row that the report counts has its line, and the last line is whole.
      expect(lines).toHaveLength(Number(count.replace(',', '')))
      expect(JSON.parse(lines.at(-1)!)).toHaveProperty('prediction')
    },
  )

  test('learns a slow live stream as it arrives, and ends at --limit while the stream is still open', async () => {
    const child = start(['learn', '--target', 'y', '--limit', '4'])
    child.stdin.on('error', () => {})
    const lines = ndjson.split('\n')
    child.stdin.write(`${lines[0]}\n${lines[1]}\n`)
    setTimeout(() => child.stdin.write(`${lines[2]}\n${lines[3]}\n${lines[4]}\n`), 2500)
    const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
    expect(code).toBe(0)
    expect(stdout.trim().split('\n').length).toBe(4)
  })

  test('the page stays after the input has ended, until the command is interrupted', async () => {
    const child = start(['learn', '--target', 'y', '--serve', '0', '--no-predictions'])
    child.stdin.end(ndjson)
    let stderr = ''
    for await (const piece of child.stderr.setEncoding('utf8')) {
      stderr += piece
      if (stderr.includes('until Ctrl-C')) break
    }
    const url = /page +(http:\S+)/.exec(stderr)![1]!
    expect((await fetch(url)).status).toBeLessThan(500)
    const seen: Incoming[] = []
    const connection = connect(url)
    // What was shown while the input was read may come first; the newest of each kind follows within its period.
    const newest = (type: string): Incoming | undefined => seen.findLast((message) => message.type === type)
    const isLast = (message: Incoming | undefined): boolean =>
      message !== undefined && 'step' in message && message.step === 1500
    for await (const message of connection.messages) {
      seen.push(message)
      if (isLast(newest('frame')) && isLast(newest('evaluation')) && newest('sample')) break
    }
    connection.close()
    // The first row was predicted before any label was learned.
    expect(newest('evaluation')).toMatchObject({ step: 1500, rows: 1499, unscored: 1 })
    expect(newest('sample')).toMatchObject({
      x: expect.any(Array),
      predicted: expect.any(Number),
    })
    child.kill('SIGINT')
    const [code] = await once(child, 'close')
    expect(code).toBe(0)
  })
})

test('help and version are printed', async () => {
  const [help, learnHelp, version, generateHelp, completion] = await Promise.all([
    rxgrad(['--help']),
    rxgrad(['learn', '--help']),
    rxgrad(['--version']),
    rxgrad(['help', 'generate']),
    rxgrad(['completion', 'bash']),
  ])
  expect([help, learnHelp, version, generateHelp, completion].map(({ code }) => code)).toEqual([0, 0, 0, 0, 0])
  expect(generateHelp.stdout).toContain('rxgrad generate NAME [options]')
  expect(completion.stdout).toContain('complete -o default -F _rxgrad rxgrad')
  expect(help!.stdout).toContain('rxgrad learn [FILES | -] --target COLUMN')
  expect(learnHelp!.stdout).toContain('Exit codes')
  expect(version!.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
})
