import type { Live } from './page/live.js'

/** Returns the names that a server offers where it refuses a page that named none of its models. */
export const modelsOfferedIn = (reason: string): readonly string[] => {
  const [, names] = /expected one of (".*")\.$/.exec(reason) ?? []
  return names === undefined ? [] : (JSON.parse(`[${names}]`) as string[])
}

/** Says why the page shows nothing new. What never connected may be refused, which browsers do not tell a page. */
export const problemOf = (
  { line, reason, welcome }: Pick<Live, 'line' | 'reason' | 'welcome'>,
  state: string,
  seconds: number,
  origin: string,
): string => {
  if (line === 'over') return reason
  const old = welcome === undefined ? '' : ` What is shown is ${seconds} s old.`
  if (state === 'stale') return `Stale: nothing has come for ${seconds} s.${old}`
  const refused =
    welcome === undefined
      ? ` If there is a proxy before the server, let it pass on WebSockets and the Host, or give createServer allowOrigins: ['${origin}'].`
      : old
  return `Not connected${reason === '' ? '' : ` (${reason})`}; trying again.${refused}`
}
