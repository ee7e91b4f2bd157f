import { checkModel, encodeModel, type Savable } from '../../saved/savedModel.js'
import { checkPath } from './checkPath.js'
import { nodeFiles } from './files.js'
import { cleanBeside } from './unfinished.js'
import { writeAside } from './writeAside.js'
import { writeError } from './writeError.js'

/**
 * Saves a model as a file, whole or not at all: what it is, and what it has learned up to this call. Learning may go on
 * while the file is written. It resolves once the file is on the disk.
 *
 * @throws TypeError if the path is no text, or the model none that learns; Error with the `code` of the file system if the
 * file cannot be written, and the file from before then stays
 * @example
 * await saveModel(model, 'power.rxg')
 */
export const saveModel = async (model: Savable, path: string): Promise<void> => {
  checkPath('saveModel', path)
  checkModel('saveModel', model, 'snapshot')
  const bytes = encodeModel(model)
  await writeAside(nodeFiles, path, bytes).catch((error: Error) =>
    Promise.reject(writeError(`saveModel: ${path}`, error)),
  )
  await cleanBeside(nodeFiles, path)
}
