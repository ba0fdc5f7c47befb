import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, test } from 'vitest';

import { Keywords } from '../../../../worker/keywords/keywords.ts';
import { findInconsistencies } from '../../../harness/consistency.ts';
import { hasDebianPrograms, unpackDebianProgram } from '../../../harness/debian-program.ts';
import { page } from '../../../harness/pages.ts';
import { removeAtExit } from '../../../harness/reaper.ts';
import { canMount } from '../../../harness/small-disk.ts';
import { openTestStack } from '../../../harness/test-stack.ts';

const canMountFuse = canMount && hasDebianPrograms && existsSync('/dev/fuse');

/** A pool of two folders. */
async function mountPool(options: string): Promise<AsyncDisposable & { folder: string }> {
  const program = join(await unpackDebianProgram('mergerfs'), 'usr/bin/mergerfs');
  const root = await mkdtemp(join(tmpdir(), 'pulse-pool-'));
  const [one, two, folder] = ['one', 'two', 'pool'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  for (const each of [one, two, folder]) await mkdir(each);
  await promisify(execFile)(program, ['-o', options, `${one}:${two}`, folder]);
  const { now: unmount } = removeAtExit('umount', '--lazy', folder);
  return {
    folder,
    [Symbol.asyncDispose]: async () => {
      await unmount();
      await rm(root, { recursive: true });
    },
  };
}

describe.skipIf(!canMountFuse)('a keyword index in a mergerfs pool', () => {
  test('is named at the start of a worker, and documents are found in it', async () => {
    await using pool = await mountPool('defaults');
    await using stack = await openTestStack({ environment: { WEBHOOK_KEYWORD_DIR: pool.folder } });
    const worker = await stack.worker();
    const line = await worker.logged(({ code }) => code === 'KEYWORDS_FUSE');
    expect(line).toMatchObject({ level: 'warn', folder: pool.folder, fileSystem: 'mergerfs' });
    await stack.intake.submit(page(1));
    expect(await findInconsistencies(stack)).toEqual([]);
  });

  test('without memory that processes share says what SQLite lacks', async () => {
    await using pool = await mountPool('cache.files=off,direct_io');
    const keywords = new Keywords(pool.folder);
    await using _closed = { [Symbol.asyncDispose]: () => keywords.close() };
    await expect(keywords.open()).rejects.toMatchObject({
      code: 'KEYWORDS_FUSE',
      kind: 'away',
      message: expect.stringMatching(/is on mergerfs, which SQLite cannot use: disk I\/O error/),
    });
  });
});
