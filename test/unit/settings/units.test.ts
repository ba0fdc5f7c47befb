import { expect, test } from 'vitest';

import { parseSettings } from '../../../settings/parse.ts';

test('settings are parsed to MiB, seconds and CPUs as the engine reports them', () => {
  expect(
    parseSettings('dev', {
      gpuHost: 'embedded',
      workerMemory: '4GiB',
      indexingJobTimeout: '10m',
      workerCpus: '2',
    }),
  ).toMatchObject({ workers: { memoryMiB: 4096, jobTimeoutSeconds: 600, cpus: '2.0' } });
});
