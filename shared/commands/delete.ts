import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const deleteDocuments = {
  name: 'delete',
  summary: 'delete one document, those of a host or folder, or all',
  details: [
    'A deletion that was noted is carried out, whatever is away meanwhile. When nothing moves for',
    '15 seconds, the command says why and ends with exit code 0: the rest is removed without it.',
  ].join(' '),
  arguments: [
    {
      usage: '[url]',
      help: 'the one document to delete; of file://…/ with a slash at the end, all beneath it',
    },
  ],
  options: [
    {
      flags: '--domain <host>',
      help: 'every document of a host, or of a folder by its label',
      filter: 'host',
    },
    { flags: '--all', help: 'every document' },
    { flags: '--yes', help: 'delete more than one without asking' },
    { flags: '--count', help: 'say how many there are, and delete none', only: 'image' },
    {
      flags: '--no-wait',
      help: 'do not wait until they are out of the keyword index and Qdrant',
      default: true,
    },
    stackOption,
    jsonOption,
  ],
  exitCode1: 'there is no document of that URL, host or label',
  examples: [
    './pulse delete https://docs.example.org/page',
    './pulse delete --domain docs.example.org',
    './pulse delete --domain handbook',
    './pulse delete file:///handbook/',
    './pulse delete --all --yes',
  ],
} as const satisfies CommandDefinition;
