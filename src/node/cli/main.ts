#!/usr/bin/env node
import { run } from './run.js'

// The reader of the help or of the predictions may stop early, as `head` does.
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})
process.exitCode = await run(process.argv.slice(2))
