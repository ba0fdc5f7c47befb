import { jsonOption, stackOption } from './definition.ts';
import type { CommandDefinition } from './definition.ts';

export const releases = {
  name: 'releases',
  summary: 'list the last 10 releases that were verified, the newest first',
  details:
    'A release is an image of the worker with the settings that are no secrets. ' +
    'Their images stay on the host.',
  options: [stackOption, jsonOption],
  examples: ['./pulse releases', './pulse releases --stack prod --json'],
} as const satisfies CommandDefinition;

export const rollback = {
  name: 'rollback',
  summary: 'go back to a release: its image and its settings, in waves and with a verification',
  details:
    'Without a number it is the last release that was verified and is not the present one. ' +
    'The stack stays on that image until pulse:workerImage is removed. ' +
    'Data, the schema of the database, secrets and the images of the stores are never taken back.',
  arguments: [{ usage: '[n]', help: 'number of the release in ./pulse releases' }],
  options: [{ flags: '--yes', help: 'do not ask' }, stackOption, jsonOption],
  examples: ['./pulse rollback', './pulse rollback 3 --stack prod --yes'],
  marks: ['run by test/deploy/rollback.test.ts'],
} as const satisfies CommandDefinition;
