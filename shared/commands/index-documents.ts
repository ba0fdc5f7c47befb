import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const indexDocuments = {
  name: 'index',
  summary: 'index Markdown files or JSON lines; what has not changed costs nothing',
  details: [
    'With --wait it shows how many are done. When none was done for 15 seconds and nothing moves,',
    'it says why and ends with exit code 0: the rest is indexed without it. JSON has the number of',
    'these as `left` and the reason as `why`.',
  ].join(' '),
  arguments: [
    {
      usage: '<path>',
      help:
        'a folder of Markdown, a Markdown file, a file of JSON lines, ' +
        'or - for JSON lines on standard input',
    },
  ],
  options: [
    { flags: '--wait', help: 'wait until every document is indexed or has failed' },
    stackOption,
    jsonOption,
  ],
  exitCode1: 'a line was rejected, or with --wait a document failed',
  examples: [
    './pulse index ./handbook --wait',
    './pulse index pages.jsonl',
    'crawl | ./pulse index -',
  ],
} as const satisfies CommandDefinition;
