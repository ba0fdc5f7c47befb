import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const preview = {
  name: 'preview',
  summary: 'check the types, and show what an update of a stack would change',
  details: 'It needs no Docker engine, no GPU host and no secret.',
  options: [
    { flags: '--all', help: 'every stack that has a configuration here' },
    stackOption,
    jsonOption,
  ],
  examples: ['./pulse preview', './pulse preview --stack prod', './pulse preview --all --json'],
  marks: ['run by test/deploy/preview.test.ts'],
} as const satisfies CommandDefinition;
