/**
 * Commands that the image's own command line carries out, in a worker: it checks their options, and
 * its exit code is ours.
 */
import type { Command } from 'commander';

import type { InStack } from '../command.ts';
import { end, stackCommand } from '../command.ts';
import { inWorker } from '../in-worker.ts';

interface WorkerCommand {
  readonly name: string;
  readonly usage: string;
  readonly about: string;
  /** Its options, a line each. */
  readonly options: readonly string[];
  readonly examples: readonly string[];
}

const described: readonly WorkerCommand[] = [
  {
    name: 'search',
    usage: '<words...|->',
    about: 'by keyword and by meaning; - reads one query a line and answers one JSON line each',
    options: [
      '--mode hybrid|keyword|semantic',
      '--limit <n>',
      '--domain <host>',
      '--language <code>',
      '--country <code>',
      '--mobile | --no-mobile',
    ],
    examples: [
      './pulse search "rotate a password"',
      './pulse search noeviction --mode keyword --limit 3',
      './pulse search vacuum --domain docs.example.org --language en',
      './pulse search - < queries.txt',
    ],
  },
  {
    name: 'reindex',
    usage: '<url> | --domain <host> | --all',
    about: 'index documents again; interrupted, it goes on by itself',
    options: [
      '--domain <host>   every document of a host',
      '--all             make all vectors anew from the chunks in Postgres, beside those in use, then swap; interrupted, run it again',
      '--no-wait         do not wait until they are indexed',
    ],
    examples: [
      './pulse reindex https://docs.example.org/page',
      './pulse reindex --domain docs.example.org',
      './pulse reindex --all --json',
    ],
  },
  {
    name: 'audit',
    usage: '[--repair]',
    about: 'whether Postgres, Qdrant and the keyword index agree; exit code 0 only when they do',
    options: ['--repair   write words again, embed again, remove what belongs to no document'],
    examples: ['./pulse audit', './pulse audit --repair', './pulse audit --json'],
  },
  {
    name: 'keywords',
    usage: 'check|rebuild',
    about:
      'whether the file of the keyword index is sound; write it anew from Postgres while workers go on',
    options: [],
    examples: ['./pulse keywords check', './pulse keywords rebuild'],
  },
  {
    name: 'retention',
    usage: '[--versions <n>] [--versions-for <days>] [--runs-for <days>] [--yes]',
    about:
      'remove old versions of documents and old runs; says what would go, and removes it with --yes',
    options: [
      '--versions <n>         newest versions of each document to keep; the latest always stays',
      '--versions-for <days>  keep versions of the last days',
      '--runs-for <days>      keep timings and failures of the last days',
      '--yes',
    ],
    examples: [
      './pulse retention --versions 3 --runs-for 30d',
      './pulse retention --versions 3 --runs-for 30d --yes',
    ],
  },
];

export const workerCommands: readonly Command[] = described.map(
  ({ name, usage, about, options, examples }) =>
    stackCommand(name, about, examples)
      .usage(`${usage} [--stack <name>] [--json]`.trim())
      .argument('[words...]')
      .allowUnknownOption()
      .addHelpText(
        'after',
        options.length === 0 ? '' : `\nAlso:\n${options.map((option) => `  ${option}`).join('\n')}`,
      )
      .action(async (_words: string[], { stack, json }: InStack, self: Command) =>
        end(await inWorker(stack, [name, ...self.args, ...(json ? ['--json'] : [])])),
      ),
);
