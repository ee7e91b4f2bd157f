/** A server was told of a model that it was not given. */
export class UnknownModelError extends Error {
  override readonly name = 'UnknownModelError'
  constructor(asked: string, known: readonly string[]) {
    super(
      `${asked}: this server was not given that model. It has: ${known.join(', ')}. ` +
        'Name every model where the server is made: createServer({ models: { power: model } }).',
    )
  }
}

/** What the system says when it refuses. Our own type: whoever reads ours should need no others'. */
export interface SystemError extends Error {
  readonly code?: string
}

/** The server could not listen where it was asked to. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
  constructor(host: string, port: number, cause: SystemError) {
    super(`createServer: ${why(host, port, cause)}`, { cause })
  }
}

const why = (host: string, port: number, { code, message }: SystemError): string => {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} on ${host} is in use. Give another port, or port: 0 for any free one, or end the program that holds it.`
    case 'EACCES':
      return `this user may not listen on port ${port}. Give a port above 1023.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is no address of this machine. Give 127.0.0.1 for this machine only, or 0.0.0.0 for its network.`
    default:
      return `cannot listen on port ${port} of ${host}: ${message}.`
  }
}
