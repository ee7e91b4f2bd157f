import { readFile, stat } from 'node:fs/promises'
import type { Members } from '../../compile/planOf.js'
import { predictorOf } from '../../saved/full.js'
import type { SavedPredictor } from '../../saved/predictorOf.js'
import { type Restorable, type RestoreConfig, type Restored, restoreFrom } from '../../saved/restoreModel.js'
import { problemOf } from '../../saved/resume.js'
import { checkModel, SavedModelError } from '../../saved/savedModel.js'
import type { Row } from '../../values.js'
import { checkPath } from './checkPath.js'
import { fileStore } from './fileStore.js'

/**
 * Loads a saved model. Alone it predicts, with no code of the model; given a model, that one goes on from it, bit for bit.
 * The path may also be the folder of a `fileStore`, whose newest whole checkpoint it loads.
 *
 * With `warmStart`, a model of another configuration takes over what fits, and `leftOut` lists the rest.
 *
 * @throws SavedModelError if the file is not a whole saved model; LayoutMismatchError, which names what differs, if it is
 * of another configuration; what the file system says if it cannot be read
 * @example
 * await saveModel(model, 'power.rxg')
 * const power = await loadModel('power.rxg')
 * console.log(power.predict({ temperature: 21 }).value)
 *
 * const again = createModel({ features, target, layers: [dense(4, 'relu'), dense(1)] })
 * await loadModel('power.rxg', again)   // again.learn(row) goes on
 */
export function loadModel<R = Row>(path: string, model?: undefined, members?: Members): Promise<SavedPredictor<R>>
export function loadModel(path: string, model: Restorable, config?: RestoreConfig): Promise<Restored>
export async function loadModel(
  path: string,
  model?: Restorable,
  config?: RestoreConfig,
): Promise<SavedPredictor | Restored> {
  checkPath('loadModel', path)
  if (model !== undefined) checkModel('loadModel', model, 'restore')
  const bytes = await read(path)
  try {
    return model === undefined ? predictorOf(bytes, config) : restoreFrom(`loadModel: ${path}`, bytes, model, config)
  } catch (error) {
    throw error instanceof SavedModelError ? new SavedModelError(error.what, `loadModel: ${path}`) : error
  }
}

const read = async (path: string): Promise<Uint8Array> => {
  const refuse = (what: string): never => {
    throw new SavedModelError(what, `loadModel: ${path}`)
  }
  const found = await stat(path).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT'
      ? refuse('there is no such file; expected one that saveModel wrote')
      : Promise.reject(error),
  )
  if (!found.isDirectory()) return readFile(path)
  const loaded = await fileStore(path).load(problemOf)
  return loaded?.bytes ?? refuse('there is no checkpoint in this folder')
}
