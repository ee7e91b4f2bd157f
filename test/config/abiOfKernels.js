// Writes the kernels' side of src/program/abi.ts: src/kernels/assembly/abi.ts.

/** A field's type here and there; a segment is two fields, of its first instruction and the one behind its last. */
const TYPES = { i32: 'i32', f64: 'f64', address: 'usize', optional: 'i32', pointer: 'usize' }

/** @param {string} name ROW_PLAN → RowPlan */
const classNameOf = (name) => name.toLowerCase().replace(/(^|_)(.)/g, (_match, _gap, letter) => letter.toUpperCase())

/**
 * @param {string} name
 * @param {number} value
 */
const constantOf = (name, value) =>
  `export const ${name}: ${Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? 'i32' : 'f64'} = ${value}\n`

/**
 * @param {string} name
 * @param {Record<string, number>} values
 */
const enumOf = (name, values) =>
  `export const enum ${classNameOf(name)} {\n${Object.entries(values)
    .map(([key, value]) => `${key} = ${value},`)
    .join(' ')
    .replace(/(.{1,116})(?: |$)/g, '  $1\n')}}\n`

/**
 * @param {string} name
 * @param {Record<string, string>} fields
 */
const structOf = (name, fields) =>
  `@unmanaged\nexport class ${classNameOf(name)} {\n${Object.entries(fields)
    .map(([key, type]) => (type === 'segment' ? `  ${key}From: i32\n  ${key}To: i32\n` : `  ${key}: ${TYPES[type]}\n`))
    .join('')}}\n`

/**
 * The text of the kernels' side: constants, enums and structs.
 * @param {Record<string, any>} abi what src/program/abi.ts exports
 */
export const abiOfKernels = ({ ALL_OF, ...abi }) => {
  // by name: a module does not tell in which order it exports
  const parts = Object.entries(abi)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => {
      if (typeof value === 'number') return [0, constantOf(name, value)]
      const [first] = Object.values(value)
      if (ALL_OF[name])
        return [2, structOf(name, Object.fromEntries(Object.keys(value).map((key) => [key, ALL_OF[name]])))]
      return typeof first === 'number' ? [1, enumOf(name, value)] : [2, structOf(name, value)]
    })
  const text = [0, 1, 2].map((kind) => parts.filter(([own]) => own === kind).map(([, part]) => part))
  return `// Made by \`npm run kernels\` from src/program/abi.ts; a test compares the two.\n\n${text
    .map((some, kind) => some.join(kind === 0 ? '' : '\n'))
    .join('\n')}`
}
