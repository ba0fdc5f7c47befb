import { inject, test } from 'vitest';

import { postgresHealthCommand } from '../../healthchecks/container.ts';
import { findInconsistencies } from '../harness/consistency.ts';
import { page, pages } from '../harness/pages.ts';
import { Proxy } from '../harness/proxy.ts';
import { startServer } from '../harness/server.ts';
import { fence, startStandby } from '../harness/standby.ts';
import { role } from '../harness/stores.ts';
import { openTestStack } from '../harness/test-stack.ts';

test('a standby of Postgres is promoted under load: every document is indexed, none fails', async ({
  expect,
}) => {
  const shared = inject('stores');
  await using primary = await startServer({
    name: 'postgres',
    port: 5432,
    check: postgresHealthCommand(),
    env: { POSTGRES_USER: role, POSTGRES_PASSWORD: shared.password, POSTGRES_DB: role },
  });
  const standby = await startStandby(primary);
  await using name = await Proxy.open(primary.authority);
  await using stack = await openTestStack({ stores: { ...shared, postgres: name.authority } });
  const worker = await stack.worker();
  await stack.proxies.tei.delay(150);
  for (const one of pages(20)) await stack.intake.submit(one);
  await fence(primary);
  // The name leads to the standby before it is promoted, and to the old primary where it is open.
  name.leadTo(standby.authority);
  const later = Promise.all(
    [page(21), page(22), page(3, 2)].map((one) => stack.intake.submit(one)),
  );
  await worker.logged(({ msg }) => msg.includes('given up for new ones'));
  await worker.logged(({ code }) => code === 'POSTGRES_READ_ONLY');
  await standby.promote();
  await later;
  expect(await findInconsistencies(stack)).toEqual([]);
  expect(worker.lines.filter(({ msg }) => msg.startsWith('a document failed'))).toEqual([]);
  expect(worker.isRunning).toBe(true);
});
