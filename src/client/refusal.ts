/** The status with which a server answered instead of accepting the WebSocket. Only the class of ws tells it. */
const statusIn = (problem: string): number | undefined => {
  const [, status] = /^Unexpected server response: (\d{3})$/.exec(problem) ?? []
  return status === undefined ? undefined : Number(status)
}

/**
 * Returns why a server will not accept this client however often it asks, or undefined if it may the next time.
 *
 * @param problem the message of the WebSocket's error
 * @param hasToken whether the client brought a token
 * @param wasWelcome whether the server accepted it before; a path that is unknown may then be known again
 */
export const refusalOf = (problem: string, hasToken: boolean, wasWelcome: boolean): string | undefined => {
  const status = statusIn(problem)
  if (status === 401)
    return hasToken
      ? 'the token is wrong (401); expected the one that the server was created with.'
      : 'it wants a token (401); give the one that the server was created with, as in { token }.'
  if (status === 403)
    return 'it does not answer to this host name or to this origin (403); see allowHosts and allowOrigins of createServer.'
  if (status === 404 && !wasWelcome)
    return 'there is no WebSocket at this path (404); expected the url of the server with its path.'
  return undefined
}

/** Tells whether a WebSocket that never opened says why. */
export const isTold = (problem: string): boolean => problem !== '' && !/network error|non-101/.test(problem)

/**
 * Browsers, and the WebSocket of Node, hide whether there was no answer or a refusal, because a page could otherwise
 * explore its reader's network.
 */
export const UNTOLD =
  ', and this WebSocket does not tell why; check that the server runs, that the token is right if it wants one, and that it allows this origin'
