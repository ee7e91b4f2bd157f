/** A server was called with a model that it was not given. */
export class UnknownModelError extends Error {
  override readonly name = 'UnknownModelError'
  constructor(method: string, known: readonly string[]) {
    super(
      `${method}: this server was not given that model; it has ${known.join(', ')}. ` +
        'Give every model when the server is created, as in createServer({ models: { power: model } }).',
    )
  }
}

/** The system's reason for a failure. It is declared here so that users of these types need no others. */
export interface SystemError extends Error {
  readonly code?: string
}

/** The server could not listen where it was asked to. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
  constructor(host: string, port: number, cause: SystemError) {
    super(`createServer: ${reasonOf(host, port, cause)}`, { cause })
  }
}

const reasonOf = (host: string, port: number, { code, message }: SystemError): string => {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} on ${host} is in use; give another port, give port: 0 for any free one, or end the program that uses it.`
    case 'EACCES':
      return `this user may not listen on port ${port}; give a port above 1023.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine; give 127.0.0.1 for this machine only, or 0.0.0.0 for its network.`
    default:
      return `the server cannot listen on port ${port} of ${host}: ${message}.`
  }
}
