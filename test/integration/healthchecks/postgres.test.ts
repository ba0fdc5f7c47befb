import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { postgresHealthCommand } from '../../../healthchecks/container.ts';
import { postgres } from '../../../healthchecks/postgres.ts';
import { runProbe } from '../../../healthchecks/probe.ts';
import { eventually } from '../../harness/eventually.ts';
import { startServer, type Server } from '../../harness/server.ts';

/** Characters that a URL, a shell and SQL each treat in their own way. */
const password = `p%40 w"o'rd$`;
const env = {
  POSTGRES_USER: 'firecrawl',
  POSTGRES_PASSWORD: password,
  POSTGRES_DB: 'pulse_postgres',
};

describe('the probe of a real Postgres', () => {
  let running: Server;
  beforeAll(async () => {
    running = await startServer({
      name: 'postgres',
      port: 5432,
      env,
      check: postgresHealthCommand(),
    });
  });
  afterAll(() => running?.[Symbol.asyncDispose]());

  const ask = (
    change: { password?: string; database?: string } = {},
    timeLimitMs = postgres.timeLimitMs,
  ) => {
    const login = `firecrawl:${encodeURIComponent(change.password ?? password)}`;
    return runProbe(
      { ...postgres, timeLimitMs },
      { url: `postgresql://${login}@${running.authority}/${change.database ?? 'pulse_postgres'}` },
    );
  };
  const sql = (statement: string) =>
    running.docker(
      'exec',
      'psql',
      '-qtA',
      '-U',
      'firecrawl',
      '-d',
      'pulse_postgres',
      '-c',
      statement,
    );

  test('logs in, writes and reads', async () => {
    expect(await ask()).toMatchObject({
      ok: true,
      evidence: expect.stringMatching(/^Postgres 15\.\d+: login, write and read$/),
    });
  });

  test('leaves no table and no session behind', async () => {
    await ask();
    expect((await sql(`select count(*) from pg_class where relname = 'pulse_probe'`)).trim()).toBe(
      '0',
    );
    const sessions =
      'select count(*) from pg_stat_activity ' +
      "where backend_type = 'client backend' and pid <> pg_backend_pid()";
    // A backend whose client has gone still needs a moment to end.
    await eventually('no session of the probe', async () =>
      expect((await sql(sessions)).trim()).toBe('0'),
    );
  });

  test('reports a wrong password without printing it', async () => {
    const check = await ask({ password: 'hunter2' });
    expect(check).toMatchObject({
      code: 'POSTGRES_AUTH',
      problem: 'password authentication failed for user "firecrawl"',
    });
    expect(JSON.stringify(check)).not.toContain('hunter2');
  });

  test('reports a database that does not exist', async () => {
    expect(await ask({ database: 'elsewhere' })).toMatchObject({
      code: 'POSTGRES_ANSWER',
      problem: 'database "elsewhere" does not exist',
    });
  });

  test('reports a server that takes no writes', async () => {
    await sql('alter database pulse_postgres set default_transaction_read_only = on');
    const check = await ask();
    await sql(
      'begin read write; alter database pulse_postgres reset default_transaction_read_only; commit',
    );
    expect(check).toMatchObject({
      code: 'POSTGRES_READ_ONLY',
      problem: expect.stringContaining('read-only transaction'),
    });
    expect(await ask()).toMatchObject({ ok: true });
  });

  test('gives up on a frozen server at its time limit', async () => {
    await running.freeze();
    const check = await ask({}, 500);
    await running.docker('unpause');
    expect(check).toMatchObject({ code: 'POSTGRES_TIMEOUT', problem: 'no answer in 500 ms' });
  });

  test('fails in the container with a wrong password that the socket ignores', async () => {
    const [, script = ''] = postgresHealthCommand();
    await expect(
      running.docker('exec', 'sh', '-c', `POSTGRES_PASSWORD=hunter2; ${script}`),
    ).rejects.toThrow('password authentication failed');
  });
});
