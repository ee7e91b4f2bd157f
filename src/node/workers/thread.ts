import '../../kernels/host/fast.js'
import { workerData } from 'node:worker_threads'
import { serve } from './serve.js'
import type { Work } from './sharedMemory.js'

// The entry point of a thread.
serve(workerData as Work)
