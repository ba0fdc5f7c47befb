import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { machineFolder } from '../paths.ts';
import { readApiOutputs } from '../state.ts';

/** Where the API of a stack is, and the key that may search. */
export interface Access {
  readonly address: string;
  readonly key: string;
}

const fileOf = (stack: string): string => join(machineFolder, 'api', `${stack}.json`);

/** @returns what `storeAccess` kept; undefined where it kept nothing that can be read */
export function readAccess(stack: string): Access | undefined {
  if (!existsSync(fileOf(stack))) return undefined;
  try {
    const { address, key } = JSON.parse(readFileSync(fileOf(stack), 'utf8')) as Partial<Access>;
    return address === undefined || key === undefined ? undefined : { address, key };
  } catch {
    return undefined; // it is read from the state again
  }
}

/**
 * Reads both from the stack's state, which takes a second, and keeps them in a file that only its
 * owner may read.
 *
 * @returns undefined where no state can be read, or the stack has no API yet
 */
export async function storeAccess(stack: string): Promise<Access | undefined> {
  const { apiAddress: address, searchSecret: key } = await readApiOutputs(stack);
  if (address === undefined || key === undefined) return undefined;
  mkdirSync(dirname(fileOf(stack)), { recursive: true, mode: 0o700 });
  writeFileSync(fileOf(stack), JSON.stringify({ address, key }), { mode: 0o600 });
  return { address, key };
}
