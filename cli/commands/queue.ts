import { Argument } from 'commander';

import type { InStack } from '../command.ts';
import { end, stackCommand } from '../command.ts';
import { inWorker } from '../in-worker.ts';

/** What each does; the image's command line checks the rest. */
const verbs = {
  counts: 'documents waiting, active, delayed and failed in each queue',
  list: '[active|waiting|delayed|failed|cancelled] [--limit <n>]: documents that are not done, with age and reason',
  retry: '[all|<code>|<url>|<id>]: index again what failed',
  cancel: '<all|url|id>: do not index what waits',
  pause: 'take no more jobs; outlives restarts',
  resume: 'take jobs again',
  drain: 'pause, and wait until the jobs in hand are done',
  concurrency: '<n|off|default>: jobs of each queue that all workers together may work on',
  workers: 'living workers and their last heartbeat',
  why: 'why nothing moves, in one sentence; exit code 1 when nothing does',
} as const;

const longest = Math.max(...Object.keys(verbs).map((verb) => verb.length));

export const queue = stackCommand('queue', 'operations of the queues', [
  './pulse queue why',
  './pulse queue list failed',
  './pulse queue list delayed --json',
  './pulse queue retry TEI_TIMEOUT',
  './pulse queue retry https://docs.example.org/page',
  './pulse queue cancel all',
  './pulse queue drain',
  './pulse queue concurrency 16',
])
  .addArgument(new Argument('<verb>').choices(Object.keys(verbs)))
  .argument('[words...]')
  .usage(`${Object.keys(verbs).join('|')} [--stack <name>] [--json]`)
  .option('--limit <n>', 'list: of each state and queue at most')
  .addHelpText(
    'after',
    `\nVerbs:\n${Object.entries(verbs)
      .map(([verb, about]) => `  ${verb.padEnd(longest)}  ${about}`)
      .join('\n')}`,
  )
  .action(
    async (verb: string, words: string[], { stack, json, limit }: InStack & { limit?: string }) =>
      end(
        await inWorker(stack, [
          'queue',
          verb,
          ...words,
          ...(limit === undefined ? [] : ['--limit', limit]),
          ...(json ? ['--json'] : []),
        ]),
      ),
  );
