import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const status = {
  name: 'status',
  summary:
    'show containers, volumes, GPU host, queues and what runs by the clock; ' +
    'whether the stack is ready, and why not',
  options: [stackOption, jsonOption],
  exitCode1: 'the stack is not ready',
  examples: ['./pulse status', './pulse status --stack prod --json'],
} as const satisfies CommandDefinition;
