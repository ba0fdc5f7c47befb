import * as pulumi from '@pulumi/pulumi';
import { expect, test } from 'vitest';

import { Network } from '../../../components/network.ts';
import { declare, networkType, filterByType } from '../../pulumi/declare.ts';

const args = { prefix: 'pulse-test', subnet: '10.1.0.0/24', gateway: '10.1.0.1' };

test('the network has the configured name, range and gateway, and no IPv6', async () => {
  const declared = await declare(() => new Network('network', { ...args, mode: 'own' }));
  expect(filterByType(declared, networkType).map(({ inputs }) => inputs)).toEqual([
    {
      name: 'pulse-test',
      driver: 'bridge',
      ipv6: false,
      ipamConfigs: [{ subnet: '10.1.0.0/24', gateway: '10.1.0.1' }],
    },
  ]);
});

test('an existing network is joined by its name and never declared, so that nothing can remove it', async () => {
  let joined = pulumi.output('');
  const declared = await declare(() => {
    joined = new Network('network', { ...args, mode: 'existing' }).networkName;
  });
  expect(filterByType(declared, networkType)).toEqual([]);
  expect(await new Promise((resolve) => joined.apply(resolve))).toBe('pulse-test');
});
