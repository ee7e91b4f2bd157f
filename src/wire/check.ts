import type { Value } from '../values.js'

/** A message that is not what it claims to be. The error says which part, what was expected and what came. */
export class MessageError extends Error {
  override readonly name = 'MessageError'
}

/** Reads one part of a message; `at` names that part in the error. */
export type Read<T> = (value: unknown, at: string) => T
export type Plain = Readonly<Record<string, unknown>>

const shown = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  return String(value)
}

export const refuse = (value: unknown, at: string, expected: string): never => {
  throw new MessageError(`${at} is ${shown(value)}; expected ${expected}.`)
}

export const text: Read<string> = (value, at) => (typeof value === 'string' ? value : refuse(value, at, 'text'))

export const number: Read<number> = (value, at) => (typeof value === 'number' ? value : refuse(value, at, 'a number'))

/** Reads a whole number from 0 to 2⁵³ − 1. */
export const whole: Read<number> = (value, at) =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : refuse(value, at, 'a whole number')

export const u32: Read<number> = (value, at) => {
  const read = whole(value, at)
  return read <= 0xffffffff ? read : refuse(value, at, 'a whole number below 2³²')
}

export const named: Read<Value> = (value, at) =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : refuse(value, at, 'text, a number, true or false')

export const plain: Read<Plain> = (value, at) => {
  const ok = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  return ok ? (value as Plain) : refuse(value, at, 'an object of named parts')
}

export const oneOf =
  <T extends string>(...names: readonly T[]): Read<T> =>
  (value, at) =>
    names.includes(value as T) ? (value as T) : refuse(value, at, names.join(', '))

export const listOf =
  <T>(read: Read<T>): Read<T[]> =>
  (value, at) =>
    Array.isArray(value) ? value.map((item, i) => read(item, `${at}[${i}]`)) : refuse(value, at, 'an array')

export const recordOf =
  <T>(read: Read<T>): Read<Record<string, T>> =>
  (value, at) =>
    Object.fromEntries(Object.entries(plain(value, at)).map(([key, item]) => [key, read(item, `${at}.${key}`)]))
