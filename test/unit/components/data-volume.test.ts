import { expect, test } from 'vitest';

import { dataVolume } from '../../../components/data-volume.ts';
import { declare, named } from '../../declared/declare.ts';

test('destroy leaves a data volume on the host, and the next up finds it by its name', async () => {
  const declared = await declare(() => dataVolume('data', 'pulse-test_data', {}));
  expect(named(declared, 'data')).toMatchObject({ inputs: { name: 'pulse-test_data' }, retainOnDelete: true });
});
