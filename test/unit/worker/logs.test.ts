import { describe, expect, test } from 'vitest';

import { codes } from '../../../shared/codes.ts';
import { PulseError } from '../../../worker/errors.ts';
import { createLogger } from '../../../worker/logs.ts';

function logging(secrets: readonly string[] = []) {
  const lines: string[] = [];
  const log = createLogger('INFO', 'w-1', secrets, (line) => void lines.push(line));
  return { log, lines, parsed: () => lines.map((line) => JSON.parse(line)) };
}

describe('a log line', () => {
  test('is JSON with time, level, worker and context', () => {
    const { log, parsed } = logging();
    log.info({ job: '7', documentId: 'd' }, 'done');
    expect(parsed()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        worker: 'w-1',
        job: '7',
        documentId: 'd',
        msg: 'done',
      },
    ]);
  });

  test('at warn or above is marked as an alert, with a code and what to check', () => {
    const { log, parsed } = logging();
    log.warn({ err: new PulseError('TEI_REFUSED', 'away', 'connect ECONNREFUSED') }, 'TEI is away');
    log.error({ code: 'WORKER_STUCK' }, 'stuck');
    log.warn('who knows');
    expect(parsed()).toMatchObject([
      { level: 'warn', alert: true, code: 'TEI_REFUSED', check: codes.TEI_REFUSED.check },
      { level: 'error', alert: true, code: 'WORKER_STUCK', check: codes.WORKER_STUCK.check },
      { level: 'warn', alert: true, code: 'WORKER_ERROR', msg: 'who knows' },
    ]);
  });

  test('is an alert once a minute for the same fault, and a plain line in between', () => {
    const { log, parsed } = logging();
    for (let times = 0; times < 5; times += 1)
      log.warn({ code: 'REDIS_REFUSED' }, 'no connection to Redis');
    log.warn({ code: 'REDIS_TIMEOUT' }, 'no connection to Redis');
    expect(parsed().map(({ level, alert = false, code }) => [level, alert, code])).toEqual([
      ['warn', true, 'REDIS_REFUSED'],
      ...Array.from({ length: 4 }, () => ['info', false, 'REDIS_REFUSED']),
      ['warn', true, 'REDIS_TIMEOUT'],
    ]);
  });

  test('holds no secret, neither in a field, a URL, a message or a stack nor escaped in JSON', () => {
    const { log, lines } = logging(['hunter2', 'qdrant-key']);
    const url = 'postgresql://firecrawl:pw-in-url@postgres:5432/db';
    log.info(
      { databaseUrl: url, settings: { redisUrl: url, apiKey: 'qdrant-key', password: 'hunter2' } },
      `connecting to ${url}`,
    );
    log.warn(
      { err: new Error(`cannot reach ${url} with hunter2`, { cause: new Error('qdrant-key') }) },
      'hunter2',
    );
    expect(lines.join('')).not.toMatch(/pw-in-url|hunter2|qdrant-key/);
    expect(lines.join('')).toContain('postgresql://firecrawl:[secret]@postgres:5432/db');
  });
});
