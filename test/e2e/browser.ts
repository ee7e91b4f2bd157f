import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'

/** Where @sparticuz/chromium is unpacked: once for all tests of a machine. */
const folder = join(tmpdir(), 'rxgrad-browser-141.0.0')

/** A browser of this machine: CHROMIUM_PATH, or one on the PATH. */
const installed = (): string | undefined => {
  const named = process.env.CHROMIUM_PATH
  if (named !== undefined && named !== '') return named
  const folders = (process.env.PATH ?? '').split(delimiter)
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome-headless-shell']
  return names.flatMap((name) => folders.map((at) => join(at, name))).find((path) => existsSync(path))
}

const fonts = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
  <match><test name="family"><string>system-ui</string></test><edit name="family" mode="prepend" binding="strong"><string>Open Sans</string></edit></match>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
</fontconfig>
`

/** Unpacks beside its place, then renames: another test file may be doing the same. */
const unpack = async (): Promise<void> => {
  if (existsSync(join(folder, 'chromium'))) return
  const staging = await mkdtemp(`${folder}-`)
  const code = "import chromium from '@sparticuz/chromium'; await chromium.executablePath()"
  // The package looks at this to bring the NSS libraries too, which a bare machine has not.
  const env = { ...process.env, TMPDIR: staging, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' }
  const cwd = fileURLToPath(new URL('.', import.meta.url))
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], { env, cwd })
  // Its own fonts.conf looks for them in places of AWS alone: without this, no text is drawn at all.
  await writeFile(join(staging, 'fonts.conf'), fonts)
  await rename(staging, folder).catch(() => rm(staging, { recursive: true, force: true }))
}

/**
 * A headless Chromium, from npm alone when the machine has none. Works as root in a container.
 *
 * Not with the flags that the package recommends: they turn web security off, and the page's CSP is what we test.
 */
export const launchBrowser = async (): Promise<Browser> => {
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--font-render-hinting=none']
  const own = installed()
  if (own !== undefined) return chromium.launch({ executablePath: own, args })
  await unpack()
  const libraries = [join(folder, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH ?? ''].filter((path) => path !== '')
  const env = {
    ...(process.env as Record<string, string>),
    LD_LIBRARY_PATH: libraries.join(delimiter),
    FONTCONFIG_FILE: join(folder, 'fonts.conf'),
  }
  return chromium.launch({ executablePath: join(folder, 'chromium'), args, env })
}
