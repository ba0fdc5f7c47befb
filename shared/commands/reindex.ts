import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const reindex = {
  name: 'reindex',
  summary: 'index documents again, or make all vectors again',
  details:
    'One document or those of a host: interrupted, the workers go on with it. When nothing moves ' +
    'for 15 seconds, the command says why and ends with exit code 0: the rest is indexed ' +
    'without it.\n\n' +
    'All: the vectors are made from the chunks in Postgres, into a new collection next to the one ' +
    'in use, which it then replaces; documents that earlier rules cut are cut again. ' +
    'Interrupted, run it again: it goes on where it was.',
  arguments: [{ usage: '[url]', help: 'the one document to index again' }],
  options: [
    { flags: '--domain <host>', help: 'every document of a host', filter: 'host' },
    { flags: '--all', help: 'every document: make all vectors again' },
    { flags: '--dry-run', help: 'say only what --all would do, and how long it would take' },
    {
      flags: '--no-wait',
      help: 'do not wait until they are indexed (not with --all)',
      default: true,
    },
    stackOption,
    jsonOption,
  ],
  exitCode1: 'a document failed, or there is no document of that URL, host or label',
  examples: [
    './pulse reindex https://docs.example.org/page',
    './pulse reindex --domain docs.example.org',
    './pulse reindex --all --dry-run',
    './pulse reindex --all --json',
  ],
} as const satisfies CommandDefinition;
