import { pathToFileURL } from 'node:url'

/**
 * The address that stands in for `import.meta.url` in a bundle of CommonJS, which has none. As in any bundle, the
 * package's files are not found beside it.
 */
export const bundledUrl: string = pathToFileURL(process.argv[1] ?? '.').href
