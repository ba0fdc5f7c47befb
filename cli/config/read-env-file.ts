import { readFileSync } from 'node:fs';

import { CommandError } from '../../toolchain/command-error.ts';

/** Far above any `.env` that people wrote. */
const maxBytes = 256 * 1024;

/**
 * Reads the text of a `.env`: UTF-8, or UTF-16 with a byte order mark, as PowerShell writes it.
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
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
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

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

/** A line break is one byte in UTF-8, and a part of no other character. */
function lineOfFault(bytes: Buffer): number {
  const lines = bytes.toString('latin1').split('\n');
  const isFaulty = (line: string): boolean =>
    Buffer.from(line, 'latin1').toString('utf8').includes('\ufffd');
  return lines.findIndex(isFaulty) + 1;
}
