// `npm run house`: prints what the house looks like, and fails where something goes in a circle or has grown too long.
import { fileURLToPath } from 'node:url'
import { cyclesOf, fileGraph, linesOf, mostLinesOf, readHouse, roomGraph, roomOf, tooLong } from './rooms.js'

const texts = readHouse(fileURLToPath(new URL('../..', import.meta.url)))
const files = fileGraph(texts)
const rooms = roomGraph(files)
const counted = [...texts]
  .map(([file, text]) => ({ file, lines: linesOf(text) }))
  .filter(({ file }) => mostLinesOf(file) < Infinity)
  .sort((a, b) => b.lines - a.lines)

/** @param {readonly { lines: number }[]} some */
const total = (some) => some.reduce((sum, { lines }) => sum + lines, 0)
/** @param {string} title @param {readonly string[]} lines */
const print = (title, lines) => console.log([title, ...lines.map((line) => `  ${line}`), ''].join('\n'))

const imported = [...rooms.values()].reduce((sum, others) => sum + others.length, 0)
print(`${rooms.size} rooms, ${counted.length} files, ${total(counted)} lines, ${imported} imports between rooms`, [])
print(
  'files  lines  longest  room → rooms that it imports from',
  [...rooms].sort().map(([room, others]) => {
    const own = counted.filter(({ file }) => roomOf(file) === room)
    const numbers = [own.length, total(own), own[0]?.lines ?? 0].map(String)
    const [count = '', lines = '', longest = ''] = numbers
    const names = others.map((other) => other.replace(/^src\//, '')).join(' ')
    return `${count.padStart(3)} ${lines.padStart(6)} ${longest.padStart(8)}  ${room}${names && ` → ${names}`}`
  }),
)
print(
  'the longest files',
  counted.slice(0, 12).map(({ file, lines }) => `${String(lines).padStart(3)}  ${file}`),
)

const cycles = [
  ...cyclesOf(files).map((cycle) => `files that import one another in a circle: ${cycle.join(', ')}`),
  ...cyclesOf(rooms).map((cycle) => `rooms that import one another in a circle: ${cycle.join(', ')}`),
]
const complaints = [...cycles, ...tooLong(texts)]
print(complaints.length > 0 ? 'what is wrong' : 'no cycle of files, none of rooms, and no file is too long', complaints)
process.exitCode = complaints.length > 0 ? 1 : 0
