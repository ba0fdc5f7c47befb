import { jsonOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const test = {
  name: 'test',
  summary: 'run all checks and tests, or one group; a running stack is never touched',
  details:
    'quick is for between two edits: the checks, the unit tests and one deploy, side by side. ' +
    'It takes a minute or two; what its deploy sees, deploy sees as well. ' +
    'monitors runs what has to do with Prometheus and Alertmanager on the versions of their official ' +
    'images, compiled from Go modules: some 10 minutes at first.',
  arguments: [
    {
      usage: '[group]',
      help: 'only this group',
      choices: ['quick', 'check', 'unit', 'integration', 'deploy', 'faults', 'monitors'],
    },
  ],
  options: [
    {
      flags: '--times',
      help: 'show where the time goes: by file, and by what the tests wait for',
    },
    {
      flags: '--engine <which>',
      help:
        'run on a Docker engine of its own: current is the newest that builds from Go modules ' +
        '(root, Go and a C compiler; 6 to 8 minutes at first)',
      choices: ['current'],
    },
    jsonOption,
  ],
  exitCode1: 'a check or a test failed',
  examples: [
    './pulse test',
    './pulse test quick',
    './pulse test check',
    './pulse test unit',
    './pulse test deploy --times',
    './pulse test deploy --engine current',
    './pulse test monitors',
  ],
  marks: ['not run: they run these tests'],
} as const satisfies CommandDefinition;
