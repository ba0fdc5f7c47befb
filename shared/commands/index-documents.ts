import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const indexDocuments = {
  name: 'index',
  summary: 'index a folder of pages or JSON records; what has not changed costs nothing',
  details: [
    'Of a folder, Markdown, HTML and text files are taken. Hidden files, node_modules and the like,',
    'and what .gitignore names, are left out; the answer says how many there were of each kind.',
    'A file is the document file://<label>/<path in the folder>, unless its front matter gives a',
    'url; `--domain <label>` of search and delete means these documents.\n\n' +
      'With --wait it shows how many are done. When none was done for 15 seconds and nothing moves,',
    'it says why and ends with exit code 0: the rest is indexed without it. JSON has the number of',
    'these as `left` and the reason as `why`.',
  ].join(' '),
  arguments: [
    {
      usage: '<path>',
      help:
        "a folder of pages, a page, a file of JSON lines, a JSON array or a crawler's answer, " +
        'also compressed with gzip, or - for such a file on standard input',
    },
  ],
  options: [
    {
      flags: '--as <label>',
      help: "what the folder's documents are called, in place of host name and path",
      only: 'host',
    },
    {
      flags: '--exclude <pattern>',
      help: 'leave out what matches, written as in .gitignore; may be given several times',
      kind: 'list',
      only: 'host',
    },
    { flags: '--prune', help: "delete the folder's documents whose files are gone" },
    { flags: '--folder <label>', help: 'standard input is a folder of this label', only: 'image' },
    { flags: '--wait', help: 'wait until every document is indexed or has failed' },
    stackOption,
    jsonOption,
  ],
  exitCode1: 'a file or record was rejected, there was none, or with --wait a document failed',
  examples: [
    './pulse index ./handbook --wait',
    './pulse index ./handbook --as handbook --exclude drafts/ --prune',
    './pulse index pages.jsonl.gz',
    'crawl | ./pulse index -',
  ],
} as const satisfies CommandDefinition;
