import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const up = {
  name: 'up',
  summary: 'deploy a stack and verify it; on dev also index the sample and search it',
  details: 'Missing tools are installed first. Where nothing differs, nothing is changed.',
  options: [
    { flags: '--yes', help: 'install a missing Docker engine without asking' },
    stackOption,
    jsonOption,
  ],
  examples: ['./pulse up', './pulse up --stack prod', './pulse up --yes --json'],
} as const satisfies CommandDefinition;
