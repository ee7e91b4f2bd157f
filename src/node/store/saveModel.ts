import { encodeModel, type Savable } from '../../saved/savedModel.js'
import { checkPath } from './checkPath.js'
import { nodeFiles } from './files.js'
import { writeAside } from './writeAside.js'

/**
 * Saves a model as a file, whole or not at all: what it is, and what it has learned up to this call. Learning may go on
 * while the file is written. It resolves once the file is on the disk.
 *
 * @throws TypeError if the path is no text; what the file system says if the file cannot be written, and the file from
 * before then stays
 * @example
 * await saveModel(model, 'power.rxg')
 */
export const saveModel = async (model: Savable, path: string): Promise<void> => {
  checkPath('saveModel', path)
  await writeAside(nodeFiles, path, encodeModel(model))
}
