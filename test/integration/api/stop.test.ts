import { describe, expect, test } from 'vitest';

import { keys } from '../../harness/api-process.ts';
import type { ApiProcess } from '../../harness/api-process.ts';
import { eventually } from '../../harness/eventually.ts';
import { page } from '../../harness/pages.ts';
import { readPostgres } from '../../harness/stored.ts';
import { openTestStack } from '../../harness/test-stack.ts';
import type { TestStack } from '../../harness/test-stack.ts';

const clients = 8;
const stopped = { code: 0, signal: null };

async function storedUrls(stack: TestStack): Promise<Set<string>> {
  const [documents] = await readPostgres(stack.directEnv['WEBHOOK_DATABASE_URL'] ?? '');
  return new Set(documents.map(({ url }) => url));
}

/** Sends documents until nothing listens any more. */
async function sendUntilGone(
  api: ApiProcess,
  pages: Iterator<ReturnType<typeof page>, void>,
  onAnswer: (url: string, status: number) => void,
): Promise<void> {
  for (;;) {
    const { value: one } = pages.next();
    if (one === undefined) return;
    const status = await api.ask('/api/documents', { body: one }).then(
      (answer) => answer.status,
      () => undefined,
    );
    if (status === undefined) return;
    // On a fast machine they are more than one key may send in a second.
    if (status === 429) continue;
    onAnswer(one.url, status);
  }
}

function* manyPages() {
  for (let number = 1; ; number += 1) yield page(number);
}

describe.concurrent('an API that is stopped', () => {
  test('says so, serves on until the proxy has seen it, and loses nothing acknowledged', async () => {
    await using stack = await openTestStack();
    // In this time a busy machine, too, asks once for its health.
    const api = await stack.api({ WEBHOOK_API_LINGER: '5s' });
    const answers = new Map<string, number>();
    const pages = manyPages();
    const senders = Array.from({ length: clients }, () =>
      sendUntilGone(api, pages, (url, status) => answers.set(url, status)),
    );
    await eventually('some load', () => answers.size >= 50);
    const before = answers.size;
    api.kill('SIGTERM');
    await eventually('a health that says it stops', async () =>
      expect(await api.ask('/health', { key: null })).toMatchObject({
        status: 503,
        body: { status: 'stopping' },
      }),
    );
    expect(await api.exited).toEqual(stopped);
    await Promise.all(senders);
    expect(answers.size).toBeGreaterThan(before);
    expect(new Set(answers.values())).toEqual(new Set([202]));
    const stored = await storedUrls(stack);
    expect([...answers.keys()].filter((url) => !stored.has(url))).toEqual([]);
  });

  test('finishes a request that is in the middle of its body', async () => {
    await using stack = await openTestStack();
    const api = await stack.api();
    const lines = [page(1), page(2)].map((one) => Buffer.from(`${JSON.stringify(one)}\n`));
    async function* body() {
      yield lines[0];
      await eventually('the first line', async () => (await storedUrls(stack)).size === 1);
      api.kill('SIGTERM');
      await eventually('a door that is closed', () =>
        fetch(`${api.url}/health`).then(
          () => false,
          () => true,
        ),
      );
      yield lines[1];
    }
    const answer = api.ask('/api/documents', { body: body(), type: 'application/x-ndjson' });
    expect(await answer).toMatchObject({ status: 202, body: { accepted: 2 } });
    expect(await api.exited).toEqual(stopped);
    expect((await storedUrls(stack)).size).toBe(2);
  });

  test('answers those who wait for a document', async () => {
    await using stack = await openTestStack();
    const api = await stack.api();
    const { body } = await api.ask('/api/documents', { body: page(1) });
    const waiting = api.ask(`/api/documents/${String(body['id'])}?wait=30`);
    await api.ask('/health');
    api.kill('SIGTERM');
    expect(await waiting).toMatchObject({ status: 200, body: { state: 'pending' } });
    expect(await api.exited).toEqual(stopped);
  });

  test('does not wait for a caller that never ends, nor for stores that are silent', async () => {
    await using stack = await openTestStack();
    const api = await stack.api();
    // They may be cut off before the process has ended.
    const stuck = api
      .exchange(
        `POST /api/documents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${keys.api}\r\n` +
          'Content-Type: application/x-ndjson\r\nContent-Length: 1000\r\n\r\n{"url"',
      )
      .catch(() => undefined);
    await stack.proxies.redis.silence();
    await stack.proxies.postgres.silence();
    const waiting = api.ask('/api/documents', { body: page(1) }).catch(() => undefined);
    api.kill('SIGINT');
    expect(await api.exited).toEqual(stopped);
    await Promise.all([stuck, waiting]);
  });

  test('takes documents again as soon as it listens', async () => {
    await using stack = await openTestStack();
    await stack.proxies.postgres.delay(50);
    const starting = await stack.startApi();
    await starting.logged('listening');
    expect(await starting.ask('/api/documents', { body: page(1) })).toMatchObject({ status: 202 });
  });

  test('before Postgres has answered ends at once', async () => {
    await using stack = await openTestStack();
    await stack.proxies.postgres.refuse();
    const starting = await stack.startApi();
    await starting.logged('listening');
    expect(await starting.ask('/api/documents', { body: page(1) })).toMatchObject({
      status: 503,
      body: { code: 'POSTGRES_UNREACHABLE' },
    });
    starting.kill('SIGTERM');
    expect(await starting.exited).toEqual(stopped);
  });
});
