import { expect, test } from 'vitest';

import { containerType, findNamed, filterByType } from '../../pulumi/declare.ts';
import { declareStack } from '../../pulumi/stack.ts';
import { externalGpuHost } from '../settings/external-gpu-host.ts';

test('the verification runs after every container is up, and again when one is replaced', async () => {
  const declared = await declareStack('dev');
  const containers = filterByType(declared, containerType).map(({ name }) => name);
  const probe = findNamed(declared, 'verification-probe');
  expect(probe.waitsFor).toEqual(expect.arrayContaining(containers));
  expect(probe.inputs['triggers']).toEqual(
    expect.arrayContaining(containers.map((name) => `${name}-id`)),
  );
});

test('the verification runs again when an address of the GPU host changes', async () => {
  const triggers = async (teiUrl: string) =>
    findNamed(await declareStack('dev', { ...externalGpuHost, teiUrl }), 'verification-probe')
      .inputs['triggers'];
  expect(await triggers('http://10.9.9.9:1')).not.toEqual(await triggers('http://10.9.9.9:2'));
});

test('the verification itself never fails: a second command enforces its report as configured', async () => {
  const declared = await declareStack('dev', { verification: 'warn' });
  expect(findNamed(declared, 'verification-probe').inputs['create']).not.toContain('--enforce');
  const enforce = findNamed(declared, 'verification-enforce');
  expect(enforce.inputs['create']).toMatch(/--enforce warn$/);
  expect(enforce.waitsFor).toContain('verification-probe');
});
