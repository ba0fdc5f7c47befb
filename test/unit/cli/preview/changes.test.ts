import { expect, test } from 'vitest';

import { listChanges, listProblems } from '../../../../cli/preview/changes.ts';

const urn = (types: string, name: string) => `urn:pulumi:dev::pulse::${types}::${name}`;
const container = (name: string) =>
  urn('pulse:worker:WorkerPool$docker:index/container:Container', name);

test('a preview lists each changed resource once, and no unchanged resource and no component', () => {
  expect(
    listChanges({
      steps: [
        { op: 'same', urn: container('redis') },
        { op: 'update', urn: urn('pulse:worker:WorkerPool', 'worker') },
        { op: 'delete-replaced', urn: container('worker-1') },
        {
          op: 'replace',
          urn: container('worker-1'),
          replaceReasons: ['image'],
          diffReasons: ['image', 'envs'],
        },
        { op: 'create-replacement', urn: container('worker-1') },
        { op: 'create', urn: urn('command:local:Command', 'secrets-redis') },
      ],
    }),
  ).toEqual([
    { change: 'replace', type: 'docker:Container', resource: 'worker-1', because: 'image, envs' },
    { change: 'create', type: 'command:Command', resource: 'secrets-redis', because: '' },
  ]);
});

test('a failed preview is explained by its errors, not by its warnings', () => {
  expect(
    listProblems({
      diagnostics: [
        { severity: 'warning', message: 'old' },
        { severity: 'error', message: "pulse:workerReplicas is 'eight'\n" },
      ],
    }),
  ).toEqual(["pulse:workerReplicas is 'eight'"]);
});
