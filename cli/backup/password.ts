import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';

import { readConfiguration } from '../deployment/settings.ts';
import type { Configuration } from '../deployment/settings.ts';
import { captureOutput } from '../process.ts';
import { BackupError } from './error.ts';
import type { Repository } from './target.ts';

/**
 * The password of a repository: as restic's own variables say, else `pulse:backupPassword`.
 *
 * @throws BackupError where there is none
 */
export async function readPassword(stack: string, { shown }: Repository): Promise<string> {
  const found = await findPassword(stack);
  if (found !== undefined) return found;
  throw new BackupError(
    'BACKUP_PASSWORD',
    `there is no password for ${shown}`,
    `export RESTIC_PASSWORD_FILE, or pulumi config set --secret pulse:backupPassword --stack ${stack}`,
  );
}

/** What restic reads of a server's keys; they reach no argument. */
const credentials = /^(AWS|B2|AZURE|GOOGLE|OS|ST)_[A-Z0-9_]+$/;

/**
 * The same, and makes one where there is none. It is shown this once, and kept as a secret of the
 * stack's settings.
 */
export async function readOrMakePassword(
  stack: string,
  note: (line: string) => void,
): Promise<string> {
  return (await findPassword(stack)) ?? makePassword(stack, note);
}

async function makePassword(stack: string, note: (line: string) => void): Promise<string> {
  const made = randomBytes(24).toString('base64url');
  const args = ['config', 'set', '--secret', 'pulse:backupPassword', '--stack', stack];
  await captureOutput('pulumi', args, { input: Readable.from([made]) });
  note(
    `The password of the backups, shown this once: ${made}\n` +
      `Keep it elsewhere: without it no backup can be opened. It is pulse:backupPassword of ` +
      `stack ${stack}, encrypted with this clone's passphrase, which a lost host takes along.`,
  );
  return made;
}

async function findPassword(stack: string): Promise<string | undefined> {
  const { RESTIC_PASSWORD: given, RESTIC_PASSWORD_FILE: file } = process.env;
  if (given) return given;
  if (file) return (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
  return (await readConfiguration(stack))['backupPassword'] || undefined;
}

/** Makes the password that backups by the clock need, before the program of the stack asks for it. */
export async function providePassword(
  stack: string,
  { backupEvery = 'off', backupPassword = '' }: Configuration,
  note: (line: string) => void,
): Promise<void> {
  if (backupEvery === 'off' || backupPassword !== '') return;
  await makePassword(stack, note);
}

/** Keys of the server that has the repository: those of the stack, and over them the caller's. */
export async function readAccess(stack: string): Promise<Record<string, string>> {
  const { backupAccess = '' } = await readConfiguration(stack);
  const configured = backupAccess.split(/\s+/).flatMap((pair): [string, string][] => {
    const end = pair.indexOf('=');
    return end > 0 ? [[pair.slice(0, end), pair.slice(end + 1)]] : [];
  });
  const given = Object.entries(process.env).filter(([name]) => credentials.test(name));
  return Object.fromEntries([...configured, ...given]) as Record<string, string>;
}
