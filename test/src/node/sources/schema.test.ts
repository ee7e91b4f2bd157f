import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { category } from '../../../../src/features/category.js'
import { cross } from '../../../../src/features/cross.js'
import { cyclic } from '../../../../src/features/cyclic.js'
import { difference } from '../../../../src/features/difference.js'
import { filled } from '../../../../src/features/filled.js'
import { lag } from '../../../../src/features/lag.js'
import { numeric } from '../../../../src/features/numeric.js'

import { rolling } from '../../../../src/features/rolling.js'

import { text } from '../../../../src/features/text.js'

import { time } from '../../../../src/features/time.js'
import { windowed } from '../../../../src/features/windowed.js'
import { inferSchema, readColumns, readSchema, schemaText } from '../../../../src/node/sources/index.js'
import type { Row } from '../../../../src/values.js'

describe('text form', () => {
  test('reads names, kinds and a target', () => {
    const text = 'temperature:numeric room:category hour:cyclic(24) -> on:category=no|yes'
    const schema = readSchema(text)
    expect(schema).toEqual({
      features: { temperature: numeric(), room: category(), hour: cyclic(24) },
      target: { on: category({ values: ['no', 'yes'], onFull: 'reject' }) },
    })
    expect(schemaText(schema)).toBe(text)
  })

  test('columns with and without a kind, between commas or spaces', () => {
    expect(readColumns('a,b  c:category', '--features')).toEqual([
      { name: 'a' },
      { name: 'b' },
      { name: 'c', field: category() },
    ])
  })

  test('every schema that is written is read back', () => {
    const name = fc.string({ minLength: 1 }).filter((text) => text !== '__proto__')
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean())
    const field = fc.oneof(
      fc.constantFrom('exponential' as const, 'standard' as const, 'none' as const).map((scale) => numeric({ scale })),
      fc.integer({ min: 1, max: 500 }).map((capacity) => category({ capacity })),
      fc.uniqueArray(value, { minLength: 1, maxLength: 4, selector: String }).map((values) => category({ values })),
      fc.integer({ min: 1, max: 400 }).map((period) => cyclic(period)),
      fc
        .record({
          of: fc.shuffledSubarray(['hour', 'weekday', 'month'] as const, { minLength: 1 }),
          unit: fc.constantFrom('milliseconds' as const, 'seconds' as const),
          timeZone: fc.integer({ min: -1440, max: 1440 }),
        })
        .map((config) => time(config)),
      fc.constantFrom('mean' as const, 'flag' as const, 'reject' as const).map((missing) => numeric({ missing })),
      fc.constantFrom(
        lag('a b', 3),
        rolling('power', 24),
        rolling('power', 24, 'sd', { by: 'device' }),
        rolling('power', { withinMs: 3.6e6, time: 'at' }, 'count'),
        rolling('power', { withinMs: 0.5, time: 'at', rows: 9 }, 'mean', { by: 'device' }),
        difference('power'),
        difference('power', 7, { by: 'device' }),
        filled(),
        filled({ by: 'device' }),
        windowed('minmax', 2),
        windowed('robust', 100, { by: 'device' }),
      ),
      fc.constantFrom(cross('room', 'device'), cross('a', 'b', 'c', { capacity: 64 })),
      fc
        .record({
          of: fc.constantFrom('words' as const, 'characters' as const),
          ngrams: fc.integer({ min: 1, max: 8 }),
          weighting: fc.constantFrom('log' as const, 'count' as const),
          norm: fc.constantFrom('l2' as const, 'none' as const),
          capacity: fc.integer({ min: 256, max: 2 ** 24 }),
        })
        .map((config) => text(config)),
    )
    fc.assert(
      fc.property(
        fc.dictionary(name, field, { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
        name,
        (features, target) => {
          const schema = { features, target: { [target]: category({ values: [0, '1'], onFull: 'reject' }) } }
          expect(readSchema(schemaText(schema))).toEqual(schema)
        },
      ),
    )
  })

  test.each([
    [
      'a:numerc',
      'a:numerc: there is no such kind; expected one of numeric, category, cyclic, time, text, cross, lag, rolling, difference, filled, windowed. Did you mean "numeric"?',
    ],
    ['a', 'a has no kind'],
    ['a:cyclic', 'period is undefined; expected a number above 0, such as 24'],
    ['a:cyclic(x)', 'period is NaN; expected a number above 0'],
    ['a:numeric=1|2', 'values were given; only a category has values'],
    ['a:numeric(none, flag, 3)', '3 settings were given; expected no more than in numeric.'],
    ['a:numeric(none, 3)', "missing is '3'; expected one of mean, flag, reject"],
    ['a:rolling(b)', 'rolling: rows is undefined; expected a whole number of at least 1'],
    ['a:rolling(b, 2, median)', "statistic is 'median'; expected one of mean, min, max, sd, count, sum"],
    ['a:rolling(b, 2, mean, , at)', 'withinMs is 0; expected a number of milliseconds above 0'],
    ['a:cross(b)', "the columns are 'b'; expected two or more names, as in a:cross(room device)."],
    ['a:cross(b, c)', "the columns are 'b'; expected two or more names, as in a:cross(room device)."],
    ['a:lag(b)', 'lag: rows is undefined; expected a whole number of at least 1, as in a:lag(power, 1).'],
    ['a:difference(b, 0)', 'difference: rows is 0; expected a whole number of at least 1'],
    ['a:text(9)', 'text: ngrams is 9; expected a whole number from 1 to 8'],
    ['a:text(2, 64, letters)', "text: of is 'letters'; expected one of words, characters"],
    ['a:numeric(log)', "scale is 'log'; expected one of exponential, standard, none"],
    ['a:category(0)', 'whole number'],
    ['a:numeric a:numeric', '"a" is named twice; name it once'],
    ['a:numeric b(c', '"b(c" cannot be read'],
    ['a:numeric -> b:numeric c:numeric', 'expected one'],
  ])('refuses %s', (text, message) => {
    expect(() => readSchema(text)).toThrow(message)
  })
})

const rows = (count: number, row: (i: number) => Row) => Array.from({ length: count }, (_, i) => row(i))
const infer = (count: number, row: (i: number) => Row, target = 'y') => {
  const schema = inferSchema(rows(count, row), { target: { name: target } })
  return { text: schemaText(schema), notices: schema.notices.join('\n') }
}

describe('inference', () => {
  test('recognizes numbers, constants, names and booleans, and a numeric target', () => {
    const { text, notices } = infer(100, (i) => ({ a: i / 3, one: 1, room: 'AB'[i % 2], on: i % 3 === 0, y: i }))
    expect(text).toBe('a:numeric one:numeric room:category on:category -> y:numeric')
    expect(notices).toBe('')
  })

  test.each([
    ['only 0 and 1', (i: number) => i % 2, 'y:category=0|1'],
    ['only ones so far', () => 1, 'y:category=0|1'],
    ['booleans', (i: number) => i % 2 === 0, 'y:category=false|true'],
    ['texts, sorted', (i: number) => ['c', 'a', 'b'][i % 3], 'y:category=a|b|c'],
    ['0, 1 and 2', (i: number) => i % 3, 'y:numeric'],
  ])('a target of %s', (_, value, expected) => {
    const { text, notices } = infer(50, (i) => ({ a: i, y: value(i) }))
    expect(text).toBe(`a:numeric -> ${expected}`)
    if (expected !== 'y:numeric') expect(notices).toContain('y is a category')
  })

  test('keeps a given kind, and a category takes its names from the rows', () => {
    const sample = rows(10, (i) => ({ a: i, b: i, y: i % 3 }))
    const text = (target: string, features?: string) =>
      schemaText(
        inferSchema(sample, {
          target: readColumns(target, '--target')[0]!,
          ...(features === undefined ? {} : { features: readColumns(features, '--features') }),
        }),
      )
    expect(text('y:numeric')).toBe('a:numeric b:numeric -> y:numeric')
    expect(text('y:category')).toBe('a:numeric b:numeric -> y:category=0|1|2')
    expect(text('y:category(9)', 'b:category a')).toBe('b:category a:numeric -> y:category(9)=0|1|2')
    expect(() => text('y:category(2)')).toThrow('has 3 classes')
  })

  test('keeps every column that is named, and takes a kind that is given, also for what it would leave out', () => {
    const sample = rows(40, (i) => ({ key: `k${i}`, word: `w${i}`, a: i, y: i }))
    const text = (features: string) =>
      schemaText(inferSchema(sample, { target: { name: 'y' }, features: readColumns(features, '--features') }))
    expect(schemaText(inferSchema(sample, { target: { name: 'y' } }))).toBe('a:numeric -> y:numeric')
    expect(text('key,a')).toMatch(/^key:category\(\d+\) a:numeric -> y:numeric$/)
    expect(text('word:category(8)')).toBe('word:category(8) -> y:numeric')
  })

  test('leaves out keys, dates, nested and empty columns, with a note', () => {
    const { text, notices } = infer(40, (i) => ({
      id: `k${i}`,
      day: '2024-01-10',
      tags: [i],
      none: null,
      x: i,
      y: i * 2,
    }))
    expect(text).toBe('x:numeric -> y:numeric')
    expect(notices).toContain('id is left out: nearly every value is new ("k0")')
    expect(notices).toContain('day is left out: it looks like a date that says nothing yet ("2024-01-10")')
    expect(notices).toContain('tags is left out: it has objects or arrays')
    expect(notices).toContain('none is left out: it has no value')
  })

  test('reads the words of free text, however often it is new, and leaves out keys of one word', () => {
    const row = (i: number) => ({
      body: `ticket ${i} of room ${i % 7}`,
      note: `a b ${i % 60}`,
      key: `k-${i}`,
      y: i % 2,
    })
    const { text: found, notices } = infer(200, row)
    expect(found).toBe('body:text note:category(256) -> y:category=0|1')
    expect(infer(150, row).text).toBe('body:text note:text -> y:category=0|1')
    expect(notices).toContain(
      'body is free text ("ticket 0 of room 0"): its words are read; --without body leaves it out',
    )
    expect(notices).toContain('key is left out: nearly every value is new ("k-0")')
    // Too few rows tell nothing.
    expect(infer(19, (i) => ({ body: `the row ${i}`, y: i })).text).toBe('body:category(128) -> y:numeric')
    const long = infer(30, (i) => ({ 'my body': `no ${i} ${'word '.repeat(50)}`, y: i }))
    expect(long.text).toBe('"my body":text -> y:numeric')
    expect(long.notices).toMatch(/^my body is free text \("no 0 (word ){11}…"\): .* --without "my body" leaves it out$/)
  })

  test('makes a column of mostly numbers numeric, and notes which texts count as missing', () => {
    const { text, notices } = infer(100, (i) => ({ x: i % 50 === 0 ? 'NA' : i, y: i }))
    expect(text).toBe('x:numeric -> y:numeric')
    expect(notices).toContain('"NA" in x counts as missing (in 2 of 100 rows)')
  })

  test('notes one name in the singular', () => {
    expect(infer(1, () => ({ x: 1, y: 'a' })).notices).toContain('y is a category (1 name): a')
  })

  test('says what to do where spaces separate the columns', () => {
    const infer = (name: string) => () => inferSchema([{ 'x  y room': '1 2 A' }], { target: { name } })
    expect(infer('y')).toThrow(
      `there is no column "y", because no comma, semicolon, tab or bar is in the header "x  y room"; put commas in place of the spaces, as in tr -s ' ' , < FILE | rxgrad learn - …`,
    )
    expect(infer('z')).toThrow('there is no column "z". The columns are x  y room.')
  })

  test('makes a column of marks for nothing numeric, so that numbers that come later are read', () => {
    const rows = Array.from({ length: 50 }, (_, i) => ({ x: i % 2 ? 'not available' : 'NA', z: i % 7, y: i }))
    const { features, notices } = inferSchema(rows, { target: { name: 'y' } })
    expect(features.x!.kind).toBe('numeric')
    expect(notices).toEqual([
      '"NA" and "not available" in x count as missing (in 50 of 50 rows)',
      'x is numeric, in case numbers come; x:category makes it a category',
    ])
    expect(inferSchema(rows, { target: { name: 'x' } }).target.x!.kind).toBe('category')
  })

  test('reads a few nested values as missing, and leaves out the column of many', () => {
    const few = infer(1000, (i) => ({ x: i === 500 ? { a: 1 } : i, name: i === 3 ? [1] : 'AB'[i % 2], y: i }))
    expect(few.text).toBe('x:numeric name:category -> y:numeric')
    expect(few.notices).toBe(
      'x has an object or an array in 1 of 1000 rows, which counts as missing\n' +
        'name has an object or an array in 1 of 1000 rows, which counts as missing',
    )
    const many = infer(1000, (i) => ({ x: i % 5 === 0 ? { a: 1 } : i, z: i, y: i }))
    expect(many.text).toBe('z:numeric -> y:numeric')
    expect(many.notices).toContain('x is left out: it has objects or arrays')
  })

  test.each([
    ['decimal commas', (i: number) => `${i % 9},5`, '100 of 100 values are numbers with a decimal comma ("0,5")'],
    ['percent signs', (i: number) => `${i % 9}%`, 'x is numeric: "0%" is read as 0'],
    [
      'thousands',
      (i: number) => (i % 2 ? i : `1,${100 + (i % 8)}`),
      'x is numeric: "1,100" is read as 1100; --decimal comma reads it as 1.1',
    ],
    [
      'commas, each new',
      (i: number) => `${i},5`,
      'x is left out: nearly every value is new ("0,5"); 100 of 100 values',
    ],
    ['a mark for nothing', (i: number) => (i % 5 ? i : 'NA'), '"NA" in x counts as missing (in 20 of 100 rows)'],
    [
      'several marks',
      (i: number) => (i % 5 ? i : ['NA', '?', '-'][i % 3]),
      '"NA", "-" and "?" in x count as missing (in 20 of 100 rows)',
    ],
    [
      'words for nothing',
      (i: number) => (i % 4 ? i % 30 : ['off', 'broken'][(i / 4) % 2]),
      '"off" and "broken" are in 25 of 100 rows: --missing "off,broken" would make it numeric',
    ],
    ['dollars', (i: number) => `$1,${100 + (i % 9)}.50`, 'x is numeric: "$1,100.50" is read as 1100.5'],
    ['units', (i: number) => `${i} kB`, 'x is numeric: "0 kB" is read as 0'],
    [
      'several units',
      (i: number) => `${i % 9} ${'kM'[i % 2]}B`,
      'its values are numbers in several units ("kB" and "MB", as in "0 kB"); write them all in one unit',
    ],
  ])('notes numbers that are text by %s', (_, value, notice) => {
    expect(infer(100, (i) => ({ x: value(i), z: i, y: i })).notices).toContain(notice)
  })

  test('makes names and codes categories without a note', () => {
    const row = (i: number) => ({ room: 'ABC'[i % 3], zip: `0${100 + (i % 5)}`, mixed: i % 3 ? 'x' : i % 4, y: i })
    expect(infer(100, row).notices).toBe('')
  })

  test('reads numbers in the quotes of JSON, and notes it', () => {
    const sample = rows(100, (i) => ({ x: `${20 + (i % 7)}.${i % 10}`, y: i }))
    const { features, notices } = inferSchema(sample, { target: { name: 'y' }, json: true })
    expect(features).toEqual({ x: numeric() })
    expect(notices).toEqual(['x is numeric, and its texts are read as numbers ("20.0" in 100 of 100 rows)'])
  })

  test('gives more room to many names', () => {
    expect(infer(300, (i) => ({ c: `n${i % 100}`, y: i })).text).toBe('c:category(512) -> y:numeric')
  })

  test.each([
    [{ target: { name: 'clas' } }, 'there is no column "clas". Did you mean "class"? The columns are a, class.'],
    [{ target: { name: 'class' }, features: [{ name: 'b' }] }, 'there is no column "b"'],
    [{ target: { name: 'class' }, features: [{ name: 'class' }] }, 'is the target'],
    [{ target: { name: 'class' }, features: [{ name: 'a' }, { name: 'class' }] }, 'is the target'],
    [{ target: { name: 'class' }, without: ['a'] }, 'there is no feature left'],
  ])('refuses %j', (config, message) => {
    expect(() =>
      inferSchema(
        rows(5, (i) => ({ a: i, class: i })),
        config,
      ),
    ).toThrow(message)
  })
})
