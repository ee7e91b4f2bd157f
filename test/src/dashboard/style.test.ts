import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

/** Returns the contrast of two colors by their relative luminance, as WCAG 2.2 defines it. */
const luminance = (color: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
const contrast = (a: string, b: string): number => {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}

test('the contrast of text is at least 4.5 to 1, and that of chart lines 3 to 1, light and dark', async () => {
  const style = await readFile(new URL('../../../src/dashboard/style.css', import.meta.url), 'utf8')
  const schemes = [...style.matchAll(/:root \{([^}]*)\}/g)].map(([, block]) =>
    Object.fromEntries(
      [...(block ?? '').matchAll(/--(\w+): (#[0-9a-f]{6});/g)].map(([, name, color]) => [name, color]),
    ),
  )
  expect(schemes.length).toBe(2)
  for (const colors of schemes) {
    for (const text of ['text', 'muted', 'plus', 'minus', 'mark', 'good', 'bad'])
      expect(contrast(colors[text]!, colors.panel!), text).toBeGreaterThan(4.5)
    for (const line of ['model', 'baseline1', 'baseline2', 'baseline3'])
      expect(contrast(colors[line]!, colors.panel!), line).toBeGreaterThan(3)
    expect(contrast(colors.muted!, colors.ground!)).toBeGreaterThan(4.5)
  }
})
