const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'a part of the path is a file; expected folders up to the last part',
  EISDIR: 'it is a folder; expected the path of a file',
  EBUSY: 'it is a folder, or in use; expected the path of a file',
  ENOTEMPTY: 'it is a folder; expected the path of a file',
  EACCES: 'this process may not write there',
  EPERM: 'this process may not write there',
  EROFS: 'the disk may not be written',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENAMETOOLONG: 'the name is too long',
}

/** Tells why a path cannot be written; the error of the file system is the cause, and its code is kept. */
export const writeError = (where: string, cause: Error): Error => {
  const { code } = cause as NodeJS.ErrnoException
  const reason = (code !== undefined && REASONS[code]) || cause.message
  return Object.assign(new Error(`${where} cannot be written: ${reason}.`, { cause }), code !== undefined && { code })
}
