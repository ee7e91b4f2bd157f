import { launchChromium } from './test/src/client/chromium.ts'
const t = performance.now()
const b = await launchChromium(); console.log(b.version(), performance.now() - t)
const p = await b.newPage(); console.log(await p.evaluate('1+1')); await b.close()
