import { jsonOption } from './definition.ts';
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
  options: [
    {
      flags: '--times',
      help: 'show where the time goes: by file, and by what the tests wait for',
    },
    jsonOption,
  ],
  exitCode1: 'a check or a test failed',
  examples: [
    './pulse test',
    './pulse test check',
    './pulse test unit',
    './pulse test deploy --times',
  ],
} as const satisfies CommandDefinition;
