import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const search = {
  name: 'search',
  summary: 'find documents by keyword and by meaning',
  details:
    'While the GPU host is away, hybrid finds by keyword only, and says so. The API is asked, with ' +
    'its key for searches, which is kept in `.pulse/`; where the API does not answer, a worker is.' +
    '\n\nA word may begin with a dash. One that is called like an option of this command goes ' +
    'after --, as does every word behind it.',
  arguments: [
    {
      usage: '<words...>',
      help:
        'what to look for; - reads one query a line from standard input ' +
        'and answers each with one line of JSON',
      mayBeginWithDash: true,
    },
  ],
  options: [
    {
      flags: '--mode <mode>',
      help: 'how to look for it',
      choices: ['hybrid', 'keyword', 'semantic'],
      default: 'hybrid',
    },
    {
      flags: '--limit <n>',
      help: 'documents at most, up to 200',
      kind: 'wholeNumber',
      // Each of the two searches is asked for five chunks a document.
      max: 200,
      default: 10,
    },
    {
      flags: '--offset <n>',
      help: 'documents to leave out; with --limit 200 at most',
      kind: 'wholeNumber',
      min: 0,
      max: 199,
    },
    {
      flags: '--weight <share>',
      help: 'how much meaning counts in hybrid, from 0 to 1; words count the rest (default: 0.8)',
      kind: 'share',
    },
    {
      flags: '--explain',
      help: 'say of each document what words and meaning add to its score, and which words it has',
    },
    {
      flags: '--facets',
      help: 'count what was found by keyword, by host, language, country and mobile devices',
    },
    {
      flags: '--domain <host>',
      help: 'only documents of this host, or of the folder with this label',
      filter: 'host',
    },
    {
      flags: '--language <code>',
      help: 'only documents in this language, such as en',
      filter: 'language',
    },
    {
      flags: '--country <code>',
      help: 'only documents of this country, such as DE',
      filter: 'country',
    },
    { flags: '--mobile', help: 'only documents for mobile devices' },
    { flags: '--no-mobile', help: 'only documents that are not for mobile devices' },
    stackOption,
    jsonOption,
  ],
  exitCode1: 'with -, a query could not be answered',
  examples: [
    './pulse search "rotate a password"',
    './pulse search noeviction --mode keyword --limit 3',
    './pulse search "connection pool" --offset 10 --explain',
    './pulse search vacuum --domain docs.example.org --language en',
    './pulse search how does --force work',
    './pulse search -- --limit',
    './pulse search - < queries.txt',
  ],
} as const satisfies CommandDefinition;
