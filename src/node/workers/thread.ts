import '../../kernels/host/fast.js'
import { workerData } from 'node:worker_threads'
import { serve } from './serve.js'
import type { Work } from './sharedMemory.js'

// where a thread begins
serve(workerData as Work)
