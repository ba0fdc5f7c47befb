/** What is wrong with one file or folder. The others are indexed. */
export class EntryFault extends Error {
  override readonly name = 'EntryFault';
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
  ENOENT: 'is not there any more',
  ELOOP: 'is a link that leads back to itself',
  EISDIR: 'is a folder',
  ENAMETOOLONG: 'has a name that is too long',
  EIO: 'cannot be read from its disk',
  ESTALE: 'cannot be read from its disk',
};

/** @returns what an error of the file system means for an entry of a folder */
export function describeFault(error: unknown): string {
  if (error instanceof EntryFault) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  return `${reasons[code] ?? message} (${code})`;
}
