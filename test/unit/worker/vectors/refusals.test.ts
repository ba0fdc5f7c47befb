import { randomUUID } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { readPoints } from '../../../../worker/audit/points.ts';
import { Vectors } from '../../../../worker/vectors/vectors.ts';
import { openScriptedQdrant, sayAsProxy, sayAsQdrant } from '../../../doubles/scripted-qdrant.ts';
import type { Answer } from '../../../doubles/scripted-qdrant.ts';
import { buildVersion, readAllPoints, writeAll } from './written-version.ts';

const settings = { collection: 'pages', vectorDim: 4, embeddingModel: 'maker/model' };

/** Every kind of request that a worker or the audit sends. */
const requests: readonly (readonly [string, (vectors: Vectors) => Promise<unknown>])[] = [
  ['a write', (vectors) => writeAll(vectors, buildVersion(2))],
  ['a removal', (vectors) => vectors.remove(randomUUID())],
  ['a search', (vectors) => vectors.search([1, 0, 0, 0], 10)],
  ['a count', (vectors) => vectors.countBy('local')],
  ['an inventory', (vectors) => vectors.inventory()],
  ['a list of documents', (vectors) => vectors.documentsBy('local', 10)],
  ['a preparation', (vectors) => vectors.ensureCollection()],
  ['the text before documents', (vectors) => vectors.documentInstruction('pages-v2')],
  ['an audit of missing points', (vectors) => readPoints(vectors, ['a'])],
  ['an audit of all points', (vectors) => readAllPoints(vectors)],
];

describe('a 404', () => {
  test.each([
    ['of Traefik', { status: 404, body: '404 page not found\n' }],
    ['of nginx', sayAsProxy(404, 'Not Found')],
    ['of a gateway, in JSON', { status: 404, body: { message: 'no Route matched' } }],
    ['of another API, in JSON', { status: 404, body: { status: 404, error: 'Not Found' } }],
    ['without a body', { status: 404, body: '' }],
  ] as const)('%s keeps all waiting, and says nothing of the collection', async (_title, said) => {
    await using qdrant = await openScriptedQdrant();
    for (const isOpened of [false, true])
      for (const [request, ask] of requests) {
        const vectors = new Vectors({ ...settings, qdrantUrl: qdrant.url });
        qdrant.refuse = () => undefined;
        // Also at the first request of a process, before it has seen the collection.
        if (isOpened) await vectors.ensureCollection();
        qdrant.refuse = (): Answer => said;
        await expect(ask(vectors), `${request}, ${isOpened}`).rejects.toMatchObject({
          code: 'QDRANT_ANSWER',
          kind: 'away',
          message: expect.stringContaining("answered 404, not in Qdrant's words"),
        });
      }
  });

  test('of Qdrant means that there is no collection, and so no point', async () => {
    await using qdrant = await openScriptedQdrant();
    const vectors = new Vectors({ ...settings, qdrantUrl: qdrant.url });
    await vectors.ensureCollection();
    qdrant.refuse = () => sayAsQdrant(404, "Not found: Collection `pages` doesn't exist!");
    expect(await vectors.countBy('local')).toBe(0);
    expect(await vectors.inventory()).toEqual(new Map());
    expect(await vectors.documentsBy('local', 10)).toEqual([]);
    expect(await readPoints(vectors, ['a'])).toEqual([]);
    expect(await readAllPoints(vectors)).toEqual([]);
    await expect(vectors.remove(randomUUID())).rejects.toMatchObject({
      code: 'QDRANT_COLLECTION',
      kind: 'away',
    });
  });
});
