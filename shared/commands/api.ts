import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const api = {
  name: 'api',
  summary: 'what a caller of the HTTP API needs',
  subcommands: {
    key: {
      summary: 'print a key of the API: the one that may search and read, or the one that may all',
      details: [
        'A caller sends it as "Authorization: Bearer <key>". A key is made on the first deploy',
        'where the configuration has none.',
      ].join(' '),
      options: [
        { flags: '--admin', help: 'the key that may everything: bring, delete, pause' },
        stackOption,
        jsonOption,
      ],
      examples: [
        './pulse api key',
        './pulse api key --admin --stack prod',
        'curl -H "Authorization: Bearer $(./pulse api key)" "http://127.0.0.1:50118/api/search?q=word"',
      ],
    },
  },
} as const satisfies CommandDefinition;
