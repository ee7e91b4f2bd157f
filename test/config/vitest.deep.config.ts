import { globSync, readFileSync } from 'node:fs'
import type { ViteUserConfig } from 'vitest/config'
import usual from './vitest.config.js'
