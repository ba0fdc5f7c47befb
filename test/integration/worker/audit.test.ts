import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';

import { audit } from '../../../worker/audit/audit.ts';
import { removeDocument } from '../../../worker/indexing/remove-document.ts';
import { submitDocument } from '../../../worker/indexing/submit-document.ts';
import { runCommandLine } from '../../harness/command-line.ts';
import { eventually } from '../../harness/eventually.ts';
import { page } from '../../harness/pages.ts';
import { openTestStack } from '../../harness/test-stack.ts';
import type { TestStack } from '../../harness/test-stack.ts';

const zero = { missing: 0, orphan: 0, duplicate: 0, stale: 0 };

let stack: TestStack;
const ids: string[] = [];
beforeAll(async () => {
  stack = await openTestStack();
  await stack.worker();
  for (const number of [0, 1, 2, 3, 4, 5]) ids.push(await stack.intake.submit(page(number)));
  await whole();
});
afterEach(async () => {
  stack.tei.fail();
  await stack.proxies.qdrant.pass();
});
afterAll(() => stack[Symbol.asyncDispose]());

async function whole() {
  await eventually('stores that agree', async () =>
    expect(await audit(stack.services)).toMatchObject({ ok: true, pending: 0, ...zero }),
  );
}
const id = (number: number) => ids[number] as string;
const inKeywords = (statement: string, ...values: string[]) => {
  const db = new DatabaseSync(
    join(stack.directEnv['WEBHOOK_KEYWORD_DIR'] as string, 'keywords-4.sqlite'),
    { timeout: 5_000 },
  );
  db.prepare(statement).run(...values);
  db.close();
};
const inQdrant = (what: string, body: object) =>
  stack.services.vectors.qdrant.ask(what, (client) =>
    (client[what as 'upsert'] as (name: string, body: object) => Promise<unknown>)(
      stack.services.vectors.identity.alias,
      { wait: true, ...body },
    ),
  );
const pointsWith = (documentId: string) => ({
  filter: { must: [{ key: 'documentId', match: { value: documentId } }] },
});

describe('an audit', () => {
  test('of stores that agree counts what they hold and finds nothing', async () => {
    const { stdout, code } = await runCommandLine(stack.directEnv, ['audit']);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining('Postgres, Qdrant and the keyword index agree.'),
    });
    const { documents, chunks, keywordRows, points } = (
      await runCommandLine(stack.directEnv, ['audit', '--json'])
    ).json;
    expect({ documents, keywordRows, points }).toEqual({
      documents: stack.intake.acknowledged.size,
      keywordRows: chunks,
      points: chunks,
    });
  });

  test('names each kind of disagreement, and its repair ends them all', async () => {
    const orphan = randomUUID();
    const {
      vectors: [vector],
    } = await stack.services.embedder.embedDocuments(['a stray']);
    await stack.services.keywords.remove(id(0));
    inKeywords('UPDATE pages SET version = version - 1 WHERE id = ?', id(1));
    inKeywords("UPDATE pages SET id = '99999999-0000-5000-8000-000000000000' WHERE id = ?", id(2));
    await inQdrant('delete', pointsWith(id(3)));
    await inQdrant('setPayload', { payload: { version: 0 }, ...pointsWith(id(4)) });
    await inQdrant('upsert', {
      points: [
        { id: randomUUID(), vector, payload: { documentId: id(5), version: 1, chunkIndex: 0 } },
        { id: 7, vector, payload: { documentId: orphan, version: 1, chunkIndex: 0 } },
      ],
    });

    const { code, json } = await runCommandLine(stack.directEnv, ['audit', '--json']);
    const found = (json['findings'] as { kind: string; store: string; documentId: string }[])
      .map(({ kind, store, documentId }) => `${kind} ${store} ${documentId}`)
      .sort();
    expect({ code, found }).toEqual({
      code: 1,
      found: [
        `duplicate Qdrant ${id(5)}`,
        `missing Qdrant ${id(3)}`,
        `missing keyword index ${id(0)}`,
        `missing keyword index ${id(2)}`,
        `orphan Qdrant ${orphan}`,
        'orphan keyword index 99999999-0000-5000-8000-000000000000',
        `stale Qdrant ${id(4)}`,
        `stale keyword index ${id(1)}`,
      ].sort(),
    });

    const repaired = await runCommandLine(stack.directEnv, ['audit', '--repair', '--json']);
    expect({ code: repaired.code, mended: repaired.json['mended'] }).toEqual({
      code: 1,
      mended: {
        words: 3,
        reindexed: 0,
        reembedded: 2,
        wordsRemoved: 1,
        pointsOfOrphansRemoved: 1,
        pointsRemoved: 1,
      },
    });
    await whole();
  });

  test('counts a document that is under way as pending, not as wrong', async () => {
    stack.tei.fail('unavailable');
    await stack.intake.submit(page(7));
    await eventually('an audit with one pending document', async () =>
      expect(await audit(stack.services)).toMatchObject({
        ok: true,
        documents: stack.intake.acknowledged.size,
        pending: 1,
        ...zero,
      }),
    );
    stack.tei.fail();
    await whole();
  });

  test.each(['the keyword index', 'Qdrant'])(
    'takes nothing in %s for an orphan whose deletion ends after it was read',
    async (store) => {
      const { services } = stack;
      const { documentId } = await submitDocument(services, page(8));
      await whole();
      const deleteAfter = async <Read>(read: Promise<Read>): Promise<Read> => {
        const found = await read;
        await removeDocument(services, documentId);
        return found;
      };
      const { keywords } = services;
      const { qdrant } = services.vectors;
      const [inventory, ask] = [keywords.inventory.bind(keywords), qdrant.ask.bind(qdrant)];
      if (store === 'Qdrant')
        vi.spyOn(qdrant, 'ask').mockImplementation((what, request) =>
          what === 'scroll' ? deleteAfter(ask(what, request)) : ask(what, request),
        );
      else
        vi.spyOn(keywords, 'inventory').mockImplementation((...args) =>
          deleteAfter(inventory(...args)),
        );
      onTestFinished(() => void vi.restoreAllMocks());
      expect(await audit(services)).toMatchObject({ ok: true, ...zero });
      expect(await services.removals.count([documentId])).toBe(0);
      expect(await services.records.latest(documentId)).toBeUndefined();
    },
  );

  test('without Qdrant says so, compares the other stores, and fails', async () => {
    await stack.proxies.qdrant.refuse();
    await stack.services.keywords.remove(id(0));
    const found = await audit(stack.services);
    expect(found).toMatchObject({
      ok: false,
      missing: 1,
      away: [{ code: expect.stringMatching(/^QDRANT_/) }],
    });
    await stack.proxies.qdrant.pass();
    await audit(stack.services, { repair: true });
    await whole();
  });

  test('behind a proxy that answers 404 to all finds no point missing, and repairs none', async () => {
    await stack.proxies.qdrant.answer(() => ({ status: 404, body: '404 page not found' }));
    expect(await audit(stack.services, { repair: true })).toMatchObject({
      ...zero,
      away: [{ code: 'QDRANT_ANSWER' }],
      mended: { reembedded: 0 },
    });
    await stack.proxies.qdrant.pass();
    await whole();
  });

  test('of an emptied Qdrant finds every point missing, and its repair embeds all again', async () => {
    const { alias } = stack.services.vectors.identity;
    const { collection_name } = await stack.services.vectors.qdrant.ask(
      'aliases',
      async (client) =>
        (await client.getAliases()).aliases.find(({ alias_name }) => alias_name === alias) as {
          collection_name: string;
        },
    );
    await stack.services.vectors.qdrant.ask('delete', (client) =>
      client.deleteCollection(collection_name),
    );
    expect(await audit(stack.services, { repair: true })).toMatchObject({
      missing: stack.intake.acknowledged.size,
      points: 0,
    });
    await whole();
  });
});
