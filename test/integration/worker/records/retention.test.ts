import { expect, test } from 'vitest';

import { audit } from '../../../../worker/audit/audit.ts';
import { runCommandLine } from '../../../harness/command-line.ts';
import { eventually } from '../../../harness/eventually.ts';
import { page } from '../../../harness/pages.ts';
import { openTestStack } from '../../../harness/test-stack.ts';

test('retention says what it would remove, removes it when told to, and keeps what is in use', async () => {
  await using stack = await openTestStack();
  await stack.worker();
  for (let edition = 1; edition <= 5; edition += 1) await stack.intake.submit(page(1, edition));
  await stack.intake.submit(page(2));
  await eventually('indexed pages', async () =>
    expect(await audit(stack.services)).toMatchObject({ ok: true, documents: 2, pending: 0 }),
  );
  await stack.services.pool.query("UPDATE runs SET finished_at = now() - interval '40 days'");
  const {
    rows: [{ runs }],
  } = await stack.services.pool.query('SELECT count(*)::int AS runs FROM runs');

  const retention = async (...more: string[]) =>
    (
      await runCommandLine(stack.directEnv, [
        'retention',
        '--versions',
        '2',
        '--runs-for',
        '30d',
        '--json',
        ...more,
      ])
    ).json;
  expect(await retention()).toEqual({ versions: 3, runs, removed: false });
  expect(await retention('--yes')).toEqual({ versions: 3, runs, removed: true });
  expect(await retention()).toEqual({ versions: 0, runs: 0, removed: false });
  expect(await audit(stack.services)).toMatchObject({ ok: true, documents: 2 });
  expect((await runCommandLine(stack.directEnv, ['retention', '--yes'])).code).toBe(2);
});
