import { expect, test } from 'vitest';

import { findInconsistencies } from '../harness/consistency.ts';
import { page, pages } from '../harness/pages.ts';
import { canMount, openSmallDisk } from '../harness/small-disk.ts';
import { readStores } from '../harness/stored.ts';
import { openTestStack } from '../harness/test-stack.ts';

test.skipIf(!canMount)(
  'a full keyword volume is logged and fails no document: all are indexed once there is room',
  async () => {
    await using disk = await openSmallDisk(8);
    await using stack = await openTestStack({ environment: { WEBHOOK_KEYWORD_DIR: disk.folder } });
    const worker = await stack.worker();
    for (const one of pages(5)) await stack.intake.submit(one);
    expect(await findInconsistencies(stack)).toEqual([]);
    await disk.fill();
    for (const number of [1, 2, 6, 7, 8]) await stack.intake.submit(page(number, 2, 100));
    await worker.logged(({ code }) => code === 'KEYWORDS_FULL');
    expect((await readStores(stack.directEnv)).documents.map(({ state }) => state)).not.toContain(
      'failed',
    );
    await disk.free();
    expect(await findInconsistencies(stack)).toEqual([]);
  },
);
