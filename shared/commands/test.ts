import type { CommandDefinition } from './definition.ts';

export const test = {
  name: 'test',
  summary: 'run all checks and tests, or one group; a running stack is never touched',
  arguments: [
    {
      usage: '[group]',
      help: 'only this group',
      choices: ['check', 'unit', 'integration', 'deploy', 'faults'],
    },
  ],
  exitCode1: 'a check or a test failed',
  examples: ['./pulse test', './pulse test check', './pulse test unit'],
} as const satisfies CommandDefinition;
