/** Takes a place in a model that a writer holds already; if that fails, the writer is released. */
export const takePlace = <P>(writer: { release(): void }, take: () => P): P => {
  try {
    return take()
  } catch (error) {
    writer.release()
    throw error
  }
}
