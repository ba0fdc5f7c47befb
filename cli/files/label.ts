import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';

import { UsageError } from '../errors.ts';

/** Of the readable part of a label that nobody chose. */
const maxReadableLength = 60;

/**
 * The label of a folder's documents, `file://<label>/…`: the same on this machine for the same
 * folder, and no other folder's.
 *
 * @param folder absolute, without links
 * @param machine the name of the host
 */
export function makeLabel(folder: string, machine = hostname()): string {
  const readable = `${machine}-${folder}`
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  const hash = createHash('sha256').update(`${machine}\0${folder}`).digest('hex').slice(0, 8);
  // The end of a path says more than its beginning.
  const end = readable.slice(-maxReadableLength).replace(/^-/, '');
  return end === '' ? `f${hash}` : `${end}-${hash}`;
}

/** @returns whether the name of this machine may be another one tomorrow */
export function isOnPassingMachine(): boolean {
  return (process.env['CI'] ?? '') !== '' || existsSync('/.dockerenv');
}

/**
 * Reads the label that a user chose: what can be the host of a URL.
 *
 * @throws UsageError
 */
export function parseLabel(text: string): string {
  const url = /[\s/\\?#@:%]/.test(text) || text === '' ? undefined : `file://${text}/`;
  const label = url !== undefined && URL.canParse(url) ? new URL(url).host : '';
  // `localhost` is no host of a file URL, and a number is read as an address: 7 is 0.0.0.7.
  const isAddress = /^[\d.]+$/.test(label);
  if (label === '' || isAddress || label.endsWith('.'))
    throw new UsageError(
      `${text} cannot be the label of a folder`,
      'letters, digits and hyphens, such as --as handbook',
    );
  return label;
}

/** @param path within the folder, parted by slashes */
export function buildFileUrl(label: string, path: string): string {
  return `file://${label}/${path.split('/').map(encodeURIComponent).join('/')}`;
}
