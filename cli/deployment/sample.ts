import { join } from 'node:path';

import type { InteractiveOptions } from '../../toolchain/process.ts';
import { say } from '../command.ts';
import { readFromWorker, runInWorker } from '../in-worker.ts';
import { readDocuments } from '../pages.ts';
import { root } from '../paths.ts';

/** One that keywords answer, and one that only meaning answers. */
const searches = [
  'maxmemory-policy noeviction',
  'which rows may be thrown away after an update, and when',
];

/**
 * Indexes the pages that ship with the repository, and shows two searches. Nothing is indexed while
 * the queue is paused: it would wait for an operator.
 *
 * @returns whether all of it succeeded
 */
export async function indexAndSearchSample(
  stack: string,
  stdout: NonNullable<InteractiveOptions['stdout']>,
): Promise<boolean> {
  if (await isPaused(stack)) {
    say('The queue is paused (./pulse queue resume): the sample is not indexed.');
    return true;
  }
  const { input, label = '' } = readDocuments(join(root, 'samples'), { as: 'samples', stack });
  const args = ['index', '-', '--wait', '--folder', label];
  let ok = (await runInWorker(stack, args, { input, stdout })) === 0;
  for (const words of searches) {
    say(`\n./pulse search "${words}"`);
    ok = (await runInWorker(stack, ['search', words, '--limit', '3'], { stdout })) === 0 && ok;
  }
  return ok;
}

/** Where the queues cannot be counted, what follows fails with the reason. */
async function isPaused(stack: string): Promise<boolean> {
  const answer = await readFromWorker(stack, ['queue', 'counts', '--json']).catch(() => '[]');
  const counts = JSON.parse(answer) as { readonly paused: boolean }[];
  return counts.some(({ paused }) => paused);
}
