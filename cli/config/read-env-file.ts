import { readFileSync } from 'node:fs';

import { CommandError } from '../../toolchain/command-error.ts';

/** Far above any `.env` that people wrote. */
const maxBytes = 256 * 1024;

/**
 * Reads the text of a `.env`: UTF-8, or UTF-16 as PowerShell writes it.
 *
 * @throws CommandError when it cannot be read, with the line of a byte that is no UTF-8
 */
export function readEnvFile(path: string): string {
  const bytes = readBytes(path);
  if (bytes.length > maxBytes)
    throw new CommandError(
      `${path} is larger than ${maxBytes / 1024} KiB`,
      'give the .env of the old deployment',
    );
  try {
    return endLines(new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes));
  } catch {
    throw new CommandError(
      `${path}: line ${lineOfFault(bytes)} is not UTF-8`,
      'save the file as UTF-8 and look whether its accents are right; nothing was written',
    );
  }
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new CommandError((error as Error).message, 'run this as who may read the file');
  }
}

/** By the byte order mark; without one, by the zero that a letter of ASCII has in UTF-16. */
function encodingOf([first, second]: Uint8Array): string {
  if ((first === 0xff && second === 0xfe) || second === 0) return 'utf-16le';
  return (first === 0xfe && second === 0xff) || first === 0 ? 'utf-16be' : 'utf-8';
}

/**
 * A carriage return alone ends a line, as in files of old programs for the Mac. Compose takes it
 * for a blank: all that follows would be a part of the first value, or of the first comment.
 */
function endLines(text: string): string {
  return text.replaceAll(/\r+\n?/g, (end) => (end.endsWith('\n') ? end : '\n'.repeat(end.length)));
}

/** A line break is one byte in UTF-8, and a part of no other character. */
function lineOfFault(bytes: Buffer): number {
  const lines = endLines(bytes.toString('latin1')).split('\n');
  const isFaulty = (line: string): boolean =>
    Buffer.from(line, 'latin1').toString('utf8').includes('\ufffd');
  return lines.findIndex(isFaulty) + 1;
}
