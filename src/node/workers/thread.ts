import '../../kernels/host/fast.js'
import { workerData } from 'node:worker_threads'
import type { Work } from './memory.js'
import { serve } from './serve.js'

// where a thread begins
serve(workerData as Work)
