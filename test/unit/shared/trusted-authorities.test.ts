import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Worker } from 'node:worker_threads';

import { expect, onTestFinished, test } from 'vitest';

import { findCause } from '../../../shared/cause.ts';
import { trustAuthorities } from '../../../shared/trusted-authorities.ts';
import { Tei } from '../../../worker/embeddings/tei.ts';
import { Qdrant } from '../../../worker/vectors/qdrant.ts';
import { first, renewed, root } from '../../harness/certificates.ts';

/** A server of TLS that answers what TEI and Qdrant do, and what tells of its certificate. */
async function serve() {
  const server = createServer({ cert: first.certificate, key: first.key }, (_request, response) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end('{"model_id":"org/model","max_input_length":512,"result":{"points":[]}}'),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const before = getCACertificates('default');
  onTestFinished(() => {
    setDefaultCACertificates(before);
    server.closeAllConnections();
    server.close();
  });
  return { port, url: `https://localhost:${port}` };
}

const settings = { embeddingModel: 'org/model', vectorDim: 4, teiTimeoutMs: 60_000 };
const askTei = (teiUrl: string) => new Tei({ teiUrl, ...settings }).info();
const askQdrant = (url: string) =>
  new Qdrant(url).ask('scroll', (client) => client.scroll('pages'));

/** As the drivers of Postgres and Redis connect. */
async function connectBare(port: number): Promise<boolean> {
  const socket = connect({ port, host: 'localhost', servername: 'localhost' });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  return socket.authorized;
}

test('a server whose authority is named is trusted by fetch, Qdrant and the drivers of stores', async () => {
  const { port, url } = await serve();
  const refused = {
    kind: 'away',
    message: expect.stringMatching(
      /the certificate of the server is not trusted: .* \([A-Z_]+\); pulse:caCertificate takes/,
    ),
  };
  await expect(askTei(url)).rejects.toMatchObject({ code: 'TEI_ANSWER', ...refused });
  await expect(askQdrant(url)).rejects.toMatchObject({ code: 'QDRANT_ANSWER', ...refused });
  expect(await connectBare(port).catch((error) => findCause(error).kind)).toBe('certificate');
  trustAuthorities(`# of the house\n${root}\n${renewed.certificate}`);
  expect(await askTei(url)).toMatchObject({ model: 'org/model' });
  expect(await askQdrant(url)).toEqual({ points: [] });
  expect(await connectBare(port)).toBe(true);
});

test('a name that the certificate does not have is refused as ever', async () => {
  const { port } = await serve();
  trustAuthorities(root);
  const socket = connect({ port, host: '127.0.0.1', servername: 'elsewhere.example.org' });
  const [error] = await once(socket, 'error').catch((cause: unknown) => [cause]);
  expect(findCause(error)).toMatchObject({
    kind: 'certificate',
    message: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
  });
});

test('all others stay trusted, however often it is said, and nothing changes without one', () => {
  const before = getCACertificates('default');
  onTestFinished(() => setDefaultCACertificates(before));
  trustAuthorities(undefined);
  expect(getCACertificates('default')).toEqual(before);
  trustAuthorities(root);
  trustAuthorities(root);
  expect(getCACertificates('default')).toHaveLength(before.length + 1);
  expect(getCACertificates('default')).toEqual(expect.arrayContaining(before.slice(0, 3)));
});

test('a thread trusts what it is told itself', async () => {
  const { url } = await serve();
  const file = new URL('../../../shared/trusted-authorities.ts', import.meta.url);
  const source = `
    const { parentPort, workerData } = require('node:worker_threads');
    import(${JSON.stringify(file.href)}).then(async ({ trustAuthorities }) => {
      trustAuthorities(workerData.caCertificate);
      parentPort.postMessage((await fetch(workerData.url)).status);
    });`;
  const workerData = { url, caCertificate: root };
  const thread = new Worker(source, { eval: true, workerData });
  onTestFinished(() => void thread.terminate());
  expect(await once(thread, 'message')).toEqual([200]);
});
