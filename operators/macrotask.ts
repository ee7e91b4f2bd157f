/**
 * Runs a task after the event loop has turned, and returns its cancellation. A timer would wait 1 ms, and in browsers 4
 * ms.
 */
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
