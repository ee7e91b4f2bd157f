import { writeFile } from 'node:fs/promises'
import { toJson } from '../../../export/toJson.js'
import type { Model } from '../../../model.js'
import { InputError } from '../../sources/index.js'
import type { InspectRequest } from '../arguments/frozenArgs.js'
import { openFrozen } from '../frozen/frozen.js'
import { inspectText } from '../frozen/inspectText.js'
import { savedOfOne } from '../frozen/keyedFrozen.js'
import { netSvg } from '../models/netSvg.js'
import { openSaved } from '../models/session.js'

/** Runs `rxgrad inspect` and resolves to the exit code. */
export const inspect = async (request: InspectRequest): Promise<number> => {
  const saved = await openSaved(request.model)
  const frozen = openFrozen(savedOfOne(saved))
  const { description, snapshot } = saved
  if (request.svg !== undefined) {
    const svg = netSvg(saved)
    if (request.svg === '-') {
      process.stdout.write(svg)
      return 0
    }
    await writeFile(request.svg, svg).catch((error: Error) => {
      throw new InputError(`${request.svg} cannot be written: ${error.message}.`)
    })
  }
  if (request.json) {
    const asModel = { description, publish: () => snapshot, step: snapshot.step }
    process.stdout.write(`${JSON.stringify(toJson(asModel as unknown as Model))}\n`)
  } else process.stdout.write(inspectText(saved, frozen))
  return 0
}
