import pg from 'pg';
import { describe, expect, inject, test } from 'vitest';

import { requireSessions } from '../../../../worker/postgres/sessions.ts';
import { findInconsistencies } from '../../../harness/consistency.ts';
import { hasDebianPrograms } from '../../../harness/debian-program.ts';
import { page, pages } from '../../../harness/pages.ts';
import { startPgBouncer } from '../../../harness/pgbouncer.ts';
import { Proxy } from '../../../harness/proxy.ts';
import { role } from '../../../harness/stores.ts';
import { openTestStack } from '../../../harness/test-stack.ts';

test.each(['DEALLOCATE ALL', 'DEALLOCATE ALL; PREPARE latest AS SELECT 1'])(
  'a connection that lost its prepared statements (%s) is replaced, and nobody hears of it',
  async (statement) => {
    await using stack = await openTestStack();
    const { pool, records } = stack.services;
    const documentId = await stack.intake.submit(page(1));
    await records.latest(documentId);
    await pool.query(statement);
    expect(await records.latest(documentId)).toMatchObject({ documentId });
  },
);

describe.skipIf(!hasDebianPrograms)('behind PgBouncer', () => {
  const { postgres, password } = inject('stores');
  const start = (mode: Parameters<typeof startPgBouncer>[0]) =>
    startPgBouncer(mode, postgres, password);

  test.each([
    ['session', undefined],
    ['transaction', 'POSTGRES_POOLER'],
    ['statement', 'POSTGRES_POOLER'],
  ] as const)('in %s mode, a start finds %s', async (mode, code) => {
    await using pooler = await start(mode);
    const pool = new pg.Pool({
      connectionString: `postgresql://${role}@${pooler.authority}/${role}`,
    });
    await using _closed = { [Symbol.asyncDispose]: () => pool.end() };
    const found = await requireSessions(pool).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(found).toEqual(code && expect.objectContaining({ code, kind: 'away' }));
  });

  test('that comes to hand out transactions, documents wait, and none fails', async () => {
    await using pooler = await start('transaction');
    await using name = await Proxy.open(postgres);
    await using stack = await openTestStack({
      stores: { ...inject('stores'), postgres: name.authority },
    });
    const worker = await stack.worker();
    for (const one of pages(4)) await stack.intake.submit(one);
    name.leadTo(pooler.authority);
    name.cut();
    await Promise.all(pages(4, 2).map((one) => stack.intake.submit(one)));
    await worker.logged(({ code }) => code === 'POSTGRES_POOLER');
    name.leadTo(postgres);
    name.cut();
    expect(await findInconsistencies(stack)).toEqual([]);
    expect(worker.lines.filter(({ msg }) => msg.startsWith('a document failed'))).toEqual([]);
  });
});
