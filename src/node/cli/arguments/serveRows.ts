/** A setting of the server that a configuration file of `rxgrad serve` may have. */
export interface ServeRow {
  readonly text: string
  /** What its value may be, as a JSON schema. */
  readonly type: {
    readonly type: 'string' | 'integer' | 'boolean' | 'array'
    readonly items?: { readonly type: 'string' }
  }
}

export type ServeSetting = 'host' | 'port' | 'token' | 'tokenFrom' | 'public' | 'allowHosts' | 'allowOrigins' | 'log'

const texts = { type: 'array', items: { type: 'string' } } as const

export const serveRows: Readonly<Record<ServeSetting, ServeRow>> = {
  host: {
    type: { type: 'string' },
    text: 'the address to listen at (default: 127.0.0.1, which only this machine can reach)',
  },
  port: { type: { type: 'integer' }, text: 'the port (default: 8080; 0 for any free one)' },
  token: {
    type: { type: 'string' },
    text: 'the secret that clients give, of 16 characters or more; control/NAME needs one',
  },
  tokenFrom: {
    type: { type: 'string' },
    text: 'the environment variable that holds the token, in place of the token itself',
  },
  public: { type: { type: 'boolean' }, text: 'whether everyone who can reach the server may see the models' },
  allowHosts: { type: texts, text: 'further names under which the server is reached, such as those of a proxy' },
  allowOrigins: { type: texts, text: 'the origins of other pages that may connect' },
  log: {
    type: { type: 'boolean' },
    text: 'whether clients, refused requests and events are logged as JSON on stderr (default: true)',
  },
}
