import { describe, expect, test } from 'vitest'
import { category } from '../../../../src/features/category.js'
import { numeric } from '../../../../src/features/numeric.js'
import { gelu, silu } from '../../../../src/layers/activations.js'
import { dense } from '../../../../src/layers/dense.js'
import type { Layer } from '../../../../src/layers/layer.js'
import { layerNorm } from '../../../../src/layers/layerNorm.js'
import { readArgs } from '../../../../src/node/cli/arguments/args.js'
import { chosenColumns } from '../../../../src/node/cli/arguments/columnOptions.js'
import { layersText, readLayers } from '../../../../src/node/cli/arguments/layers.js'
import { lossNames } from '../../../../src/node/cli/arguments/modelRows.js'
import { learnOptions } from '../../../../src/node/cli/arguments/options.js'
import { lossMeant, optionMeant } from '../../../../src/node/cli/arguments/synonyms.js'
import { help, learnHelp } from '../../../../src/node/cli/help/help.js'
import { InputError } from '../../../../src/node/sources/index.js'

/** Returns a layer without its functions, which are made anew each time that it is created. */
const settingsOf = (layer: Layer): unknown => {
  const { build, takes, fanOut, ...settings } = layer
  return settings
}

test('layers are read and written', () => {
  const read = (text: string) => readLayers(text).map(settingsOf)
  expect(read('32 relu, 16  tanh,1')).toEqual([dense(32, 'relu'), dense(16, 'tanh'), dense(1)].map(settingsOf))
  expect(read('16 gelu, layerNorm, dense 2 silu, 1')).toEqual(
    [dense(16, gelu), layerNorm(), dense(2, silu), dense(1)].map(settingsOf),
  )
  expect(layersText(readLayers(' 8 tanh , 3 '))).toBe('8 tanh, 3')
  expect(layersText(readLayers('16 gelu,layerNorm ,  dense 2 leakyRelu, 1'))).toBe('16 gelu, layerNorm, 2 leakyRelu, 1')
})

test.each([
  [
    '32 rely, 1',
    'layer 1: there is no activation "rely"; expected one of identity, relu, tanh, sigmoid, softplus, gelu, silu, leakyRelu. Did you mean "relu"?',
  ],
  ['relu 32, 1', 'layer 1: "relu 32" does not start with a whole number of units'],
  [
    'layernorm, 1',
    'does not start with a whole number of units; write the units and activation of each layer, such as',
  ],
  [
    'layernorm, 1',
    'or another layer between them: "embedding 8", "factorized 1", "layerNorm". Did you mean "layerNorm"?',
  ],
  ['8, layerNorm 3, 1', 'layer 2: "layerNorm 3" has too many words'],
  ['dense, 1', 'layer 1: "dense" does not start with a whole number of units'],
  ['32 relu,, 1', 'layer 2 is empty'],
  ['', 'layer 1 is empty'],
  ['0', 'does not start with a whole number'],
  ['1.5 relu, 1', 'does not start with a whole number'],
  ['32 relu 1', 'has too many words'],
  ['1000000000', 'layer 1: 1000000000 units are too many; a model may have at most 50,000,000 parameters.'],
  ['32 relu, 1 sigmoid', 'layer 2 is the output, which takes no activation'],
  ['32 relu, 12  sigmoid', 'because its link follows from the target; write "12".'],
])('layers %j are refused', (text, message) => {
  expect(() => readLayers(text)).toThrow(InputError)
  expect(() => readLayers(text)).toThrow(message)
})

test('every option is read', () => {
  const request = readArgs([
    ...[
      'data.csv',
      '--target',
      'y:category',
      '--features',
      'a, b:numeric',
      '--without=c',
      '--time',
      '"my time"',
      '--layers',
      '4 tanh, 2',
    ],
    ...['--loss', 'cross-entropy', '--optimizer', 'adam', '--learning-rate', '1e-2', '--batch', '7', '--seed', '3'],
    ...[
      '--precision',
      'f64',
      '--format',
      'csv',
      '--delimiter',
      'tab',
      '--missing',
      'NA, ?',
      '--limit',
      '9',
      '--pace',
      '2.5',
      '--keep',
      'd,e',
    ],
    ...['--no-predictions', '-q', '--serve', '0', '--digits', '4', '--decimal', 'comma'],
    ...['--lags', '1, 2,24', '--by', 'device', '--season', 'none'],
  ])
  expect({ ...request, layers: request.layers?.map(settingsOf) }).toEqual({
    inputs: ['data.csv'],
    columns: {
      ...{ target: 'y:category', features: 'a, b:numeric', time: '"my time"', without: 'c', keep: 'd,e' },
      by: 'device',
      schema: undefined,
    },
    lags: [1, 2, 24],
    season: 'none',
    horizon: undefined,
    layers: [dense(4, 'tanh'), dense(2)].map(settingsOf),
    loss: 'cross-entropy',
    optimizer: 'adam',
    learningRate: 0.01,
    batch: 7,
    seed: 3,
    precision: 'f64',
    format: 'csv',
    delimiter: '\t',
    missing: ['NA', '?'],
    decimal: 'comma',
    limit: 9,
    pace: 2.5,
    digits: 4,
    predictions: false,
    quiet: true,
    serve: 0,
    explain: undefined,
    json: false,
    curve: false,
    passes: 1,
    shuffle: false,
    save: undefined,
    saveEvery: { ms: 60_000 },
    load: undefined,
    record: undefined,
    help: false,
    given: expect.objectContaining({ target: 'y:category', 'no-predictions': true, lags: '1, 2,24' }),
  })
})

test('a target without a kind in --target has the kind from the schema', () => {
  const target = (name: string) => chosenColumns({ schema: 'a:numeric -> y:numeric(none)', target: name }, []).target
  expect(target('y')).toEqual({ name: 'y', field: numeric({ scale: 'none' }) })
  expect(target('y:category')).toEqual({ name: 'y', field: category() })
  expect(target('z')).toEqual({ name: 'z' })
})

test('the defaults are used, and a schema can name the target', () => {
  expect(readArgs([])).toMatchObject({ inputs: [], batch: 1, predictions: true, quiet: false })
  expect(chosenColumns({ schema: 'a:numeric -> y:category=0|1' }, [])).toMatchObject({
    features: [{ name: 'a', field: numeric() }],
    target: { name: 'y', field: { values: [0, 1] } },
  })
})

test('names with spaces and punctuation need no quotes where the input has them', () => {
  const known = ['IMDB Rating', 'IMDB', 'Running Time (min)', 'Year']
  expect(
    chosenColumns(
      { target: 'IMDB Rating', features: 'Running Time (min):numeric, Year IMDB', keep: 'IMDB Rating' },
      known,
    ),
  ).toEqual({
    text: [],
    target: { name: 'IMDB Rating' },
    features: [{ name: 'Running Time (min)', field: numeric() }, { name: 'Year' }, { name: 'IMDB' }],
    without: [],
    keep: ['IMDB Rating'],
  })
  expect(chosenColumns({ target: 'IMDB Ratin' }, known).target).toEqual({ name: 'IMDB Ratin' })
})

describe('wrong arguments are refused in one line', () => {
  test.each([
    [['--tagret', 'y'], 'there is no option --tagret. Did you mean "--target"? See rxgrad learn --help.'],
    [['--lr', '0.1'], 'there is no option --lr. Did you mean "--learning-rate"? See'],
    [['--learning_rate', '0.1'], 'there is no option --learning_rate. Did you mean "--learning-rate"? See'],
    [['--rate=0.1'], 'there is no option --rate. Did you mean "--learning-rate"? See'],
    [['--batch_size', '4'], 'Did you mean "--batch"?'],
    [['--exclude', 'a'], 'Did you mean "--without"?'],
    [['--SEP', ';'], 'Did you mean "--delimiter"?'],
    [['--nonsense-like-this'], 'there is no option --nonsense-like-this. See rxgrad learn --help.'],
    [['--loss', 'l1'], 'focal. Did you mean "absolute"?'],
    [['--target', 'a', '--target', 'b'], '--target is given twice: "a" and "b"; give it once.'],
    [['-t', 'a', '--target=b'], '--target is given twice: "a" and "b"; give it once.'],
    [['--target'], '--target needs a value; write --target COLUMN: the column'],
    [['--target', '--batch', '1'], '--target needs a value'],
    [['--quiet=yes'], '--quiet takes no value, but "yes" was given'],
    [['--batch', '0'], '--batch "0": expected a whole number of at least 1.'],
    [['--batch', '1.5'], '--batch "1.5"'],
    [['--serve', '70000'], 'at most 65535'],
    [['--pace', '0'], '--pace "0": expected a number above 0'],
    [['--learning-rate', 'fast'], '--learning-rate "fast": expected a number above 0'],
    [
      ['--optimizer', 'adm'],
      'one of auto, sgd, momentum, nesterov, adagrad, rmsprop, adam, adamw, ftrl, passive-aggressive, recursive-least-squares, vw, cocob, dog. Did you mean "adam"?',
    ],
    [['--loss', 'mse'], '--loss "mse": expected one of squared, absolute, huber, log-cosh,'],
    [['--loss', 'mse'], 'Did you mean "squared"?'],
    [['--precision', 'f16'], '--precision "f16": expected one of f32, f64, fast.'],
    [['--format', 'xml'], '--format "xml": expected one of csv, ndjson.'],
    [['--delimiter', '::'], 'expected one character, or the word tab or space.'],
    [['--digits', '0'], '--digits "0": expected a whole number of at least 1 and at most 17.'],
    [['--decimal', 'dot'], '--decimal "dot": expected one of point, comma.'],
  ])('%j', (args, message) => {
    const read = () => readArgs(args)
    expect(read).toThrow(InputError)
    expect(read).toThrow(message)
    expect(read).not.toThrow(/\n/)
  })
})

test.each([
  [{ target: 'a,b' }, 'expected one column'],
  [{ target: 'a:nmeric' }, 'there is no such kind'],
  [{ features: ' ' }, '--features names no column; expected names, such as'],
  [{ schema: 'a:numeric', features: 'b' }, 'give only one of them'],
])('the columns of %j are refused', (options, message) => {
  expect(() => chosenColumns(options, ['a', 'b'])).toThrow(message)
})

test('no word of other programs is an option, or stands for two', () => {
  const words = Object.keys(learnOptions)
  for (const name of words) expect(optionMeant(name), name).toBeUndefined()
  for (const name of lossNames) expect(lossMeant(name), name).toBeUndefined()
})

test('the help names every option in lines that fit a terminal', () => {
  for (const name of Object.keys(learnOptions)) expect(learnHelp).toContain(`--${name}`)
  for (const line of `${help}${learnHelp}`.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
})

test('the help states that a rejected row has no line in the output', () => {
  expect(learnHelp).toMatch(/A row\s+that is rejected has no line here/)
})

test('the help of learn explains each option, with its value, in the group that it belongs to', () => {
  const words = learnHelp.replace(/\s+/g, ' ')
  for (const [name, { group, text, value }] of Object.entries(learnOptions)) {
    if (name === 'help') continue
    expect(words, name).toContain(`--${name}${value === undefined ? '' : ` ${value}`} ${text}`)
    expect(text.length, name).toBeGreaterThan(10)
    expect(group, name).toMatch(/^[A-Z][a-z]+/)
    expect(learnHelp, name).toContain(`\n${group}\n`)
  }
})

test('the help has a line for what Vowpal Wabbit calls -f, -i, -t and --passes', () => {
  for (const [theirs, ours] of [
    ['-f m.vw', '--save m.rxg'],
    ['-i m.vw ', '--load m.rxg'],
    ['-i m.vw -t', 'rxgrad evaluate'],
    ['--passes 3', '--passes 3'],
  ])
    expect(learnHelp).toMatch(new RegExp(`\n  vw ${theirs}.*${ours}`))
})
