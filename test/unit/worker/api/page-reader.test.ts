import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { PageReader } from '../../../../worker/api/page-reader.ts';

describe('a large body', () => {
  const reader = new PageReader(16);
  // The thread alone does not keep a process running.
  let running: NodeJS.Timeout;
  beforeAll(() => {
    running = setInterval(() => undefined, 60_000);
  });
  afterAll(async () => {
    clearInterval(running);
    await reader.close();
  });

  const read = (page: object) => {
    const bytes = new TextEncoder().encode(JSON.stringify(page));
    return reader.read(Buffer.from(bytes));
  };

  test('that needs more memory than its thread has is refused, and the next one is read', async () => {
    const url = 'https://docs.example.org/page';
    const tooMuch = { url, markdown: 'a', extra: Array.from({ length: 300_000 }, () => ({})) };
    const fits = { url, markdown: 'word '.repeat(60_000) };
    const [refused, taken] = await Promise.allSettled([read(tooMuch), read(fits)]);
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'API_TOO_LARGE' } });
    expect(taken).toMatchObject({ status: 'fulfilled', value: { pages: [{ page: { url } }] } });
  });
});
