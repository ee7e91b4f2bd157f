// A buffer that is full asks the source to wait. Between the two stand any operators, through which only elements go, so
// that the request is left here: the source that is pushing at this moment finds it when its element has left the chain.

let asked: Promise<void> | undefined

/** Asks the source that is pushing at this moment to wait; one that cannot wait does not look. */
export const askToWait = (until: Promise<void>): void => {
  asked = until
}

/** Is called before an element is pushed. */
export const beginPush = (): void => {
  asked = undefined
}

/** Is called after an element was pushed, and returns what was asked to be waited for meanwhile. */
export const endPush = (): Promise<void> | undefined => {
  const until = asked
  asked = undefined
  return until
}
