/** The state of an interruption by Ctrl-C or by a request to terminate. */
export interface Interruption {
  /** The exit code, once the interruption has happened. */
  code: number | undefined
  readonly happened: Promise<void>
  /** Stops listening for signals. */
  release(): void
}

/**
 * Calls `stop` at the first signal, so that reading ends and the report is written. The second signal ends the process.
 */
export const onInterrupt = (stop: () => void): Interruption => {
  let resolveHappened = (): void => {}
  const happened = new Promise<void>((resolve) => {
    resolveHappened = resolve
  })
  const interruption: Interruption = {
    code: undefined,
    happened,
    release: () => {
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
    },
  }
  const onSignal = (signal: NodeJS.Signals): void => {
    const code = signal === 'SIGINT' ? 130 : 143
    if (interruption.code !== undefined) process.exit(code)
    interruption.code = code
    stop()
    resolveHappened()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return interruption
}
