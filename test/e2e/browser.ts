import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'

/** The folder into which @sparticuz/chromium is unpacked, once for all tests of a machine. */
const folder = join(tmpdir(), 'rxgrad-browser-141.0.0')

/** Returns a browser of this machine: CHROMIUM_PATH, or one on the PATH. */
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

/** Unpacks to another folder and renames it, because another test file may be doing the same. */
const unpack = async (): Promise<void> => {
  if (existsSync(join(folder, 'chromium'))) return
  const staging = await mkdtemp(`${folder}-`)
  const code = "import chromium from '@sparticuz/chromium'; await chromium.executablePath()"
  // With this variable, the package also unpacks the NSS libraries, which a bare machine lacks.
  const env = { ...process.env, TMPDIR: staging, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' }
  const cwd = fileURLToPath(new URL('.', import.meta.url))
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], { env, cwd })
  // Its own fonts.conf finds the fonts only on AWS; without this, no text is drawn at all.
  await writeFile(join(staging, 'fonts.conf'), fonts)
  await rename(staging, folder).catch(() => rm(staging, { recursive: true, force: true }))
}

/**
 * Starts a headless Chromium, which comes from npm if the machine has none. It works as root in a container.
 *
 * It does not use the flags that the package recommends, which turn off web security, because the page's CSP is tested.
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
