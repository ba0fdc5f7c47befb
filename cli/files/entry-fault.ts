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
  // V8 gives up a text with too many levels, or too many places in it to go back to.
  if (code === undefined && error instanceof RangeError)
    return 'is too long or has too many levels to be read';
  if (code === undefined) throw error;
  return `${reasons[code] ?? message} (${code})`;
}
