// Texts that stand for nothing in the tables of common programs. A category may have them as names: NA is Namibia.
const marks = new Set(
  [
    'na',
    'n/a',
    '#n/a',
    '<na>',
    'nan',
    '-nan',
    'null',
    'none',
    'nil',
    '(null)',
    '?',
    '-',
    '--',
    '---',
    '–',
    '—',
    '.',
    '*',
  ].concat(
    ['missing', 'unknown', 'unavailable', 'undefined', 'not available', 'no data', 'nodata', 'inf', '-inf', 'infinity'],
    ['-infinity', '#div/0!', '#value!', '#ref!', '#num!', '#name?'],
  ),
)

/** Tells whether a text among numbers is a usual mark for a missing one, such as NA or ?. */
export const isMissingMark = (text: string): boolean => marks.has(text.trim().toLowerCase())
