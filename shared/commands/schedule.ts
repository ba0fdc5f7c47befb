import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const schedule = {
  name: 'schedule',
  summary: 'show what runs by the clock: when it last ran, what came of it, when it runs next',
  details: 'The API runs it, one replica at a time. ./pulse status shows the same.',
  options: [stackOption, jsonOption],
  examples: ['./pulse schedule', './pulse schedule --stack prod --json'],
} as const satisfies CommandDefinition;
