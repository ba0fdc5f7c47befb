import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { expect, test } from 'vitest';

import { keys } from '../../harness/api-process.ts';
import { eventually } from '../../harness/eventually.ts';
import { crawlPage, deliver, record } from '../../harness/hooks.ts';
import { page } from '../../harness/pages.ts';
import { serveApi } from '../../harness/served-api.ts';

const served = serveApi();
/** Who deliver at the same time, each one after the other. */
const senders = 8;

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
      // It may come in all the same, where one of those that were announced was given up.
      const delivery = crawlPage(
        'full',
        record(`https://load.example/${held.length}`, body.markdown),
      );
      const hook = await deliver(served.api, delivery);
      expect(hook).toMatchObject({ status: 503, body: { code: 'API_BUSY' } });
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

test('each of many deliveries at once is stored, whether of one crawl or of many, and none twice', async () => {
  const deliveries = Array.from({ length: 200 }, (_, number) => {
    const url = `https://load.example/hooks/${number % 100}`;
    const crawl = number % 3 === 0 ? 'one' : `crawl-${number % 20}`;
    return crawlPage(crawl, record(url, `Page ${number % 100}.`));
  });
  const sent = [...deliveries, ...deliveries.slice(0, 50)];
  // Where the machine is slow, one or the other is refused, and sent again.
  const send = async (body: unknown): Promise<void> => {
    for (;;) {
      const { status, headers } = await deliver(served.api, body);
      if (status === 202) return;
      expect([status, headers.get('retry-after')]).toEqual([503, '5']);
    }
  };
  const sendInTurn = async (sender: number): Promise<void> => {
    for (let next = sender; next < sent.length; next += senders) await send(sent[next]);
  };
  await Promise.all(Array.from({ length: senders }, (_, sender) => sendInTurn(sender)));
  const { rows } = await served.stack.services.pool.query(`
    SELECT count(DISTINCT d.id)::int AS documents, count(v.id)::int AS versions,
      (SELECT count(*)::int FROM deliveries WHERE crawl_id <> 'full') AS deliveries,
      (SELECT count(*)::int FROM crawl_pages
        WHERE crawl_id <> 'full' AND outcome IN ('accepted', 'unchanged')) AS pages
    FROM documents d JOIN versions v ON v.document_id = d.id
    WHERE d.url LIKE 'https://load.example/hooks/%'`);
  const pages = new Set(deliveries.map(({ id, data }) => JSON.stringify([id, urlOf(data)]))).size;
  expect(rows).toEqual([{ documents: 100, versions: 100, deliveries: 200, pages }]);
});

function urlOf(data: unknown): unknown {
  const [{ metadata }] = data as [{ metadata: { url: string } }];
  return metadata.url;
}
