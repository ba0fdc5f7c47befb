import { jsonOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const config = {
  name: 'config',
  summary: "write a stack's configuration",
  subcommands: {
    import: {
      summary: 'take over the .env of the deployment that Pulse replaces',
      details: [
        "The settings are written into the stack's configuration. The file is read as Docker Compose",
        'reads it. Its own secrets are replaced by new ones, unless --keep-secrets is given; keys of',
        'services that exist already, such as that of Qdrant, are taken as they are. Secrets are',
        'stored encrypted. Exit code 1: a line could not be read, its note says why; the others are',
        'written.',
      ].join(' '),
      arguments: [{ usage: '<.env>', help: 'the .env file of the old deployment' }],
      options: [
        {
          flags: '--stack <name>',
          help: 'which stack; it is made when there is none of that name',
          default: 'prod',
        },
        { flags: '--keep-secrets', help: 'take the secrets of the file as they are' },
        { flags: '--dry-run', help: 'show what would be written, and write nothing' },
        jsonOption,
      ],
      examples: [
        './pulse config import ../pulse/.env --stack prod --dry-run',
        './pulse config import ../pulse/.env --stack prod',
        './pulse config import old.env --keep-secrets --json',
      ],
    },
  },
} as const satisfies CommandDefinition;
