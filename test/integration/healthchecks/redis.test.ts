import { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { redisHealthCommand } from '../../../healthchecks/container.ts';
import { runProbe } from '../../../healthchecks/probe.ts';
import { redis } from '../../../healthchecks/redis.ts';
import { queueNames, queuePrefix } from '../../../shared/queue-names.ts';
import { startServer, type Server } from '../../harness/server.ts';

const password = 'p%40w=rd/';

describe('the probe of a real Redis', () => {
  let running: Server;
  beforeAll(async () => {
    const command = [
      'redis-server',
      '--requirepass',
      password,
      '--appendonly',
      'yes',
      '--maxmemory-policy',
      'noeviction',
    ];
    running = await startServer({
      name: 'redis',
      port: 6379,
      env: { REDIS_PASSWORD: password },
      command,
      check: redisHealthCommand(),
    });
  });
  afterAll(() => running?.[Symbol.asyncDispose]());

  const urlWith = (login: string) => `redis://${login}${running.authority}`;
  const right = () => urlWith(`:${encodeURIComponent(password)}@`);
  const ask = (url = right(), timeLimitMs = redis.timeLimitMs) =>
    runProbe({ ...redis, timeLimitMs }, { url });
  const command = (...words: string[]) =>
    running.docker('exec', 'redis-cli', '--no-auth-warning', '-a', password, ...words);

  test('logs in and finds that every job is kept', async () => {
    expect(await ask()).toMatchObject({
      ok: true,
      evidence: expect.stringMatching(
        /^login, AOF and snapshots, noeviction; indexing .* embedding /,
      ),
    });
  });

  test('counts the jobs that BullMQ put there', async () => {
    const [, host = '', port = ''] = /(.*):(\d+)/.exec(running.authority) ?? [];
    const queue = new Queue(queueNames.indexing, {
      prefix: queuePrefix,
      connection: { host, port: Number(port), password },
    });
    await queue.addBulk(['a', 'b'].map((name) => ({ name, data: {} })));
    await queue.close();
    expect(await ask()).toMatchObject({
      ok: true,
      evidence: expect.stringContaining('indexing 2 waiting/0 active/0 failed'),
    });
  });

  test.each([':hunter2@', ''])(
    'reports that the login "%s" is refused, without its password',
    async (login) => {
      const check = await ask(urlWith(login));
      expect(check).toMatchObject({
        code: 'REDIS_AUTH',
        problem: expect.stringMatching(/^(WRONGPASS|NOAUTH)/),
      });
      expect(JSON.stringify(check)).not.toContain('hunter2');
    },
  );

  test.each([
    ['appendonly', 'no', 'yes', 'REDIS_PERSISTENCE'],
    ['save', '', '3600 1', 'REDIS_PERSISTENCE'],
    ['maxmemory-policy', 'allkeys-lru', 'noeviction', 'REDIS_EVICTION'],
  ])(
    'reports a Redis that may lose jobs because of %s = "%s"',
    async (setting, wrong, rightValue, code) => {
      await command('CONFIG', 'SET', setting, wrong);
      const spoilt = await ask();
      await command('CONFIG', 'SET', setting, rightValue);
      expect(spoilt).toMatchObject({ ok: false, code });
      expect(await ask()).toMatchObject({ ok: true });
    },
  );

  test('reports a queue whose keys belong to another program', async () => {
    await command('SET', `${queuePrefix}:${queueNames.embedding}:wait`, 'mine');
    const check = await ask();
    await command('DEL', `${queuePrefix}:${queueNames.embedding}:wait`);
    expect(check).toMatchObject({
      code: 'REDIS_QUEUES',
      problem: expect.stringMatching(/^embedding: .*WRONGTYPE/),
    });
  });

  test('gives up on a frozen server, and reports a stopped one', async () => {
    onTestFinished(async () => {
      await running.docker('start');
      await running.healthy();
    });
    await running.freeze();
    const frozen = await ask(right(), 500);
    await running.docker('unpause');
    expect(frozen).toMatchObject({ code: 'REDIS_TIMEOUT' });
    await running.docker('stop');
    expect(await ask()).toMatchObject({
      code: 'REDIS_REFUSED',
      problem: expect.stringContaining('ECONNREFUSED'),
    });
  });
});
