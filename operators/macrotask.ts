/** Runs a task when the event loop has turned; gives the way to call it off. A timer would wait 1 ms, in browsers 4. */
export const macrotask = (task: () => void): (() => void) => {
  if (typeof setImmediate === 'function') {
    const immediate = setImmediate(task)
    return () => clearImmediate(immediate)
  }
  const { port1, port2 } = new MessageChannel()
  const turned = () => {
    port1.close()
    task()
  }
  port1.addEventListener('message', turned)
  port1.start()
  port2.postMessage(undefined)
  return () => port1.close()
}
