import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { expect, test } from 'vitest';

import { keys } from '../../harness/api-process.ts';
import { eventually } from '../../harness/eventually.ts';
import { page } from '../../harness/pages.ts';
import { serveApi } from '../../harness/served-api.ts';

const served = serveApi();

/** Announces a document of the largest size, and sends nothing of it. */
function announce(): Socket {
  const socket = connect(served.api.port, '127.0.0.1');
  socket.write(
    `POST /api/documents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${keys.api}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${12 * 2 ** 20}\r\n\r\n`,
  );
  return socket;
}

test('more bodies than the memory holds are refused until there is room', async () => {
  const body = { ...page(1), markdown: 'granite '.repeat(1_200_000) };
  const held = Array.from({ length: 11 }, announce);
  try {
    await eventually('a document that is too much', async () => {
      // One that came while the document was in hand may have been refused itself.
      held.push(announce());
      const refused = await served.api.ask('/api/documents', { body });
      expect(refused).toMatchObject({ status: 503, body: { code: 'API_BUSY' } });
      expect(refused.headers.get('retry-after')).toBe('2');
    });
    expect(await served.api.ask('/health', { key: null })).toMatchObject({ status: 200 });
    expect(await served.api.ask('/api/documents/7')).toMatchObject({ status: 404 });
  } finally {
    for (const socket of held) socket.destroy();
  }
  await eventually('room again', async () =>
    expect((await served.api.ask('/api/documents', { body })).status).toBeLessThan(300),
  );
});

test('one key cannot take all the time of the API', async () => {
  await eventually('a request that is one too many', async () => {
    const answers = await Promise.all(
      Array.from({ length: 600 }, () => served.api.ask('/api/search?q=')),
    );
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.body).toMatchObject({ code: 'API_RATE' });
    expect(refused?.headers.get('retry-after')).toBe('1');
  });
  await eventually('an answer again', async () =>
    expect(await served.api.ask('/api/search?q=')).toMatchObject({ status: 422 }),
  );
});
