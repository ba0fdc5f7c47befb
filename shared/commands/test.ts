import type { CommandDefinition } from './definition.ts';

export const test = {
  name: 'test',
  summary: 'run all tests or one group; a running stack is never touched',
  arguments: [
    {
      usage: '[group]',
      help: 'only this group',
      choices: ['unit', 'integration', 'deploy', 'faults'],
    },
  ],
  exitCode1: 'a test failed',
  examples: ['./pulse test', './pulse test unit'],
} as const satisfies CommandDefinition;
