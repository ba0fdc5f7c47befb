import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { succeeds } from '../../toolchain/process.ts';
import { root } from '../paths.ts';
import type { Progress } from '../progress/steps.ts';

/**
 * Runs work of Pulumi's and says when it has written `encryptionsalt` into a stack's file. Pulumi
 * needs the line with the passphrase to open the stack's secrets, and every `pulumi up` writes it
 * again, so there is no other place for it.
 */
export async function noteNewSalt<T>(
  stack: string,
  { note }: Progress,
  work: () => Promise<T>,
): Promise<T> {
  const hadSalt = hasSalt(stack);
  try {
    return await work();
  } finally {
    if (!hadSalt && hasSalt(stack) && !(await isIgnored(stack)))
      note(
        `Pulumi.${stack}.yaml has a new line, encryptionsalt: Pulumi opens this stack's secrets ` +
          "with it. Do not commit it while the passphrase is this clone's own (docs/state.md).",
      );
  }
}

function hasSalt(stack: string): boolean {
  const path = join(root, fileOf(stack));
  return existsSync(path) && /^encryptionsalt:/m.test(readFileSync(path, 'utf8'));
}

/** Whether git ignores the stack's file, as that of a stack of one's own. */
function isIgnored(stack: string): Promise<boolean> {
  return succeeds('git', ['check-ignore', '--quiet', fileOf(stack)], { cwd: root });
}

function fileOf(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}
