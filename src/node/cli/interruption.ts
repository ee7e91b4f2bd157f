/** Ctrl-C, or being told to end. */
export interface Interruption {
  /** What to exit with, once it happened. */
  code: number | undefined
  readonly happened: Promise<void>
  release(): void
}

/** The first Ctrl-C ends the reading, so that the report comes; the second ends the process. */
export const onInterrupt = (stop: () => void): Interruption => {
  let tell = (): void => {}
  const happened = new Promise<void>((resolve) => {
    tell = resolve
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
    tell()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return interruption
}
