import { beforeAll, describe, expect, test } from 'vitest';

import { canaryHost } from '../../../shared/canary.ts';
import { documentIdOf } from '../../../worker/documents/document-id.ts';
import { keys } from '../../harness/api-process.ts';
import { eventually } from '../../harness/eventually.ts';
import { serveApi } from '../../harness/served-api.ts';
import { openTestStack } from '../../harness/test-stack.ts';

const granite = (url: string, more: object = {}) => ({ url, text: 'granite', ...more });
const pages = [
  granite('https://a.example/1', { language: 'en', country: 'DE', text: 'granite '.repeat(500) }),
  granite('https://a.example/2', { language: 'en-GB' }),
  granite('https://b-c.example:8080/3', { language: 'de', country: 'CH' }),
  granite('file:///notes/4'),
];
const canary = granite(`https://${canaryHost}/5`, { language: 'en', country: 'DE' });
const whole = {
  hosts: [
    { value: 'a.example', documents: 2 },
    { value: 'b-c.example', documents: 1 },
  ],
  languages: [
    { value: 'en', documents: 2 },
    { value: 'de', documents: 1 },
  ],
  countries: [
    { value: 'CH', documents: 1 },
    { value: 'DE', documents: 1 },
  ],
};

const served = serveApi({ withWorker: true });
const submit = async (...bodies: { url: string }[]): Promise<void> => {
  await served.api.ask('/api/documents', { body: bodies });
  for (const { url } of bodies)
    await eventually('an indexed page', async () =>
      expect(
        (await served.api.ask(`/api/documents/${documentIdOf(url)}?wait=30`)).body,
      ).toMatchObject({ state: 'indexed' }),
    );
};
const facets = () => served.api.ask('/api/facets', { key: keys.search });
const search = (body: object) => served.api.ask('/api/search', { body, key: keys.search });
beforeAll(() => submit(...pages, canary));

describe('the facets of the index', () => {
  test('count documents by host, language and country, the most frequent first', async () => {
    expect(await facets()).toMatchObject({ status: 200, body: whole });
  });

  test('follow what comes and goes', async () => {
    const extra = granite('https://c.example/9', { language: 'fr' });
    await submit(extra);
    await eventually('one more host', async () =>
      expect((await facets()).body).toMatchObject({
        hosts: [...whole.hosts, { value: 'c.example', documents: 1 }],
        languages: [{}, {}, { value: 'fr', documents: 1 }],
      }),
    );
    await served.api.ask(`/api/documents/${documentIdOf(extra.url)}`, { method: 'DELETE' });
    await eventually('one host less', async () => expect((await facets()).body).toEqual(whole));
    // Its vectors go after its words.
    const { removals } = served.stack.services;
    await eventually('a whole removal', async () => expect(await removals.count()).toBe(0));
  });

  test.each(['host=a.example', "limit=1'--", 'q=..%2F..%2Fetc', 'x'.repeat(5_000)])(
    'take no parameter such as %.20s',
    async (query) => {
      expect(await served.api.ask(`/api/facets?${query}`)).toMatchObject({
        status: 422,
        body: { code: 'API_INVALID' },
      });
    },
  );

  test('need the keyword index, and neither make nor change it', async () => {
    await using own = await openTestStack();
    const alone = await own.api();
    expect(await alone.ask('/api/facets')).toMatchObject({
      status: 503,
      body: { code: 'KEYWORDS_VOLUME' },
    });
    await own.worker();
    await eventually('an index that a worker made', async () =>
      expect(await alone.ask('/api/facets')).toMatchObject({
        status: 200,
        body: { hosts: [], languages: [], countries: [] },
      }),
    );
  });
});

describe('a canary', () => {
  test.each(['keyword', 'semantic', 'hybrid'])('is in no search in %s mode', async (mode) => {
    const { body } = await search({ query: 'granite', mode, limit: 100 });
    expect(body).toMatchObject({ total: pages.length });
    expect(JSON.stringify(body)).not.toContain(canaryHost);
    const german = await search({ query: 'granite', mode, filters: { country: 'DE' } });
    expect(german.body).toMatchObject({ total: 1, results: [{ url: pages[0]?.url }] });
  });

  test.each(['keyword', 'semantic'])('is found in %s mode among its own', async (mode) => {
    const filters = { domain: canaryHost };
    expect((await search({ query: 'granite', mode, filters })).body).toMatchObject({
      total: 1,
      results: [{ url: canary.url }],
    });
  });
});
