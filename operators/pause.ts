// A buffer that is full asks the source to wait. Between the two stand any operators, through which only elements go, so
// that the request is left here: the source that is pushing at this moment clears it before, and looks when its element
// has left the chain. A source that cannot wait does not look.

export const pause: { until: Promise<void> | undefined } = { until: undefined }
