import { expect, test } from 'vitest';

import { Network } from '../../../components/network.ts';
import { declare, named } from '../../declared/declare.ts';

test('the network has the name, range and gateway it is given, and no IPv6', async () => {
  const declared = await declare(() => new Network('network', { name: 'pulse-test', subnet: '10.1.0.0/24', gateway: '10.1.0.1' }));
  expect(named(declared.slice(1), 'network').inputs).toEqual({
    name: 'pulse-test', driver: 'bridge', ipv6: false, ipamConfigs: [{ subnet: '10.1.0.0/24', gateway: '10.1.0.1' }],
  });
});
