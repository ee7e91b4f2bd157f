import { readdirSync, readFileSync } from 'node:fs'

const root = new URL('..', import.meta.url)

/** The README and the pages of the guide. */
export const pages: readonly string[] = [
  'README.md',
  ...readdirSync(new URL('examples', root))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `examples/${file}`),
]

export const textOf = (page: string): string => readFileSync(new URL(page, root), 'utf8')

/** The programs of these pages, in their order. */
export const snippets: readonly {
  /** The page, and the heading of its section. */
  readonly under: string
  readonly code: string
}[] = pages.flatMap((page) =>
  textOf(page)
    .split(/^## /m)
    .flatMap((section) => {
      const under = `${page}: ${section.slice(0, section.indexOf('\n'))}`
      return [...section.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => ({ under, code }))
    }),
)
