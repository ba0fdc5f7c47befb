import { expect, test } from 'vitest';

import { dataVolume } from '../../../../components/docker/data-volume.ts';
import { dataVolumeNames, prefixOf } from '../../../../settings/names.ts';
import { declare, findNamed, filterByType, volumeType } from '../../../pulumi/declare.ts';
import { declareStack } from '../../../pulumi/stack.ts';

test('a data volume outlives destroy, and the next up finds it by its name', async () => {
  const declared = await declare(() => dataVolume('data', 'pulse-test_data', { protect: false }));
  expect(findNamed(declared, 'data')).toMatchObject({
    inputs: { name: 'pulse-test_data' },
    retainOnDelete: true,
    protect: false,
  });
});

test('every data volume is protected exactly when the stack protects its data', async () => {
  const volumes = async (protectData: string) =>
    filterByType(await declareStack('dev', { ollama: 'true', protectData }), volumeType)
      .map(({ name, protect }) => [name, protect] as const)
      .sort(([one], [other]) => one.localeCompare(other));
  const names = [
    'keywords-data',
    'models',
    'ollama-data',
    'postgres-data',
    'qdrant-data',
    'redis-data',
  ];
  expect(await volumes('true')).toEqual(names.map((name) => [name, true]));
  expect(await volumes('false')).toEqual(names.map((name) => [name, false]));
});

test('volumes that an earlier release deployed are found under their old parents', async () => {
  const oldParents = new Map(
    filterByType(await declareStack('dev'), volumeType).map((volume) => [
      volume.name,
      volume.oldParents,
    ]),
  );
  expect(oldParents.get('models')).toEqual(['']);
  expect(oldParents.get('keywords-data')).toEqual([
    'urn:pulumi:dev::pulse::pulse:worker:WorkerPool::worker',
  ]);
});

test('the list of volumes to remove has the full name of every volume that a stack may have', async () => {
  const whole = { ollama: 'true', monitoring: 'own' };
  const volumes = filterByType(await declareStack('dev', whole), volumeType)
    .filter(({ retainOnDelete }) => retainOnDelete)
    .map(({ inputs }) => String(inputs['name']));
  expect(volumes.sort()).toEqual(
    dataVolumeNames.map((name) => `${prefixOf('dev')}_${name}`).sort(),
  );
});
