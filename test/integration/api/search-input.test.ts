import { beforeAll, describe, expect, test } from 'vitest';

import { keys } from '../../harness/api-process.ts';
import { eventually } from '../../harness/eventually.ts';
import { serveApi } from '../../harness/served-api.ts';

const served = serveApi({ withWorker: true });
const search = (body: object) => served.api.ask('/api/search', { body, key: keys.search });

beforeAll(() =>
  eventually('an index that a worker made', async () =>
    expect(await search({ query: 'granite' })).toMatchObject({ status: 200 }),
  ),
);

describe('a search', () => {
  test.each([`' OR 1=1 --`, '"', 'NEAR(', '../../etc/passwd', '*', '\u0000'])(
    'for %j is no error, and no filter',
    async (query) => {
      const ofNone = await search({ query, filters: { domain: 'none.example' } });
      expect(ofNone).toMatchObject({ status: 200, body: { results: [] } });
      expect(await search({ query, filters: { country: query, language: query } })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: '/filters/language' }, { pointer: '/filters/country' }] },
      });
    },
  );

  test.each([
    [{}, '/query'],
    [{ query: ' ' }, '/query'],
    [{ query: 'x', mode: 'magic' }, '/mode'],
    [{ query: 'x', limit: 101 }, '/limit'],
    [{ query: 'x', limit: 1.5 }, '/limit'],
    [{ query: 'x', limit: 100, offset: 101 }, '/offset'],
    [{ query: 'x', filters: { isMobile: 'perhaps' } }, '/filters/isMobile'],
    [{ query: ['x'] }, '/query'],
    [{ query: 'x', offset: -1 }, '/offset'],
    [{ query: 'x', offset: "0' OR 1=1" }, '/offset'],
    [{ query: 'x', limit: '../../etc/passwd' }, '/limit'],
    [{ query: 'x', weight: 1.1 }, '/weight'],
    [{ query: 'x', weight: -0.1 }, '/weight'],
    [{ query: 'x', weight: '0.5' }, '/weight'],
    [{ query: 'x', explain: 'perhaps' }, '/explain'],
    [{ query: 'x', facets: ['domain'] }, '/facets'],
    [{ query: 'x', filters: 'domain' }, '/filters'],
    [{ query: 'x', filters: { host: 'a.example' } }, '/filters'],
    [{ query: 'x', filters: { is_mobile: true } }, '/filters'],
    [{ query: 'x', domain: 'a.example' }, ''],
    [{ query: 'x', top_k: 50 }, ''],
    [{ query: 'x', filters: { domain: ['a.example'] } }, '/filters/domain'],
    [{ query: 'x', filters: { country: { $ne: '' } } }, '/filters/country'],
  ])('for %j is refused', async (body, pointer) => {
    expect(await search(body)).toMatchObject({
      status: 422,
      body: { code: 'API_INVALID', errors: [{ pointer }] },
    });
  });
});

describe('a search in the address', () => {
  test.each([
    ['q=x&limit=', '/limit'],
    ['q=x&limit=ten', '/limit'],
    ['q=x&offset=1.5', '/offset'],
    ['q=x&mode=', '/mode'],
    ['q=x&weight=', '/weight'],
    ['q=x&weight=much', '/weight'],
    ['q=x&explain=1', '/explain'],
    ['q=x&isMobile=1', '/filters/isMobile'],
    ['q=x&q=y', '/query'],
    ['q=x&limit=5&limit=6', '/limit'],
    ['q=x&facets=true&facets=true', '/facets'],
    ['q=x&domain=a&domain=b', '/filters/domain'],
    ['limit=5', '/query'],
    ['q=x&host=a.example', '/filters'],
    ['q=x&lang=en', '/filters'],
  ])('%s is refused', async (query, pointer) => {
    expect(await served.api.ask(`/api/search?${query}`, { key: keys.search })).toMatchObject({
      status: 422,
      body: { code: 'API_INVALID', errors: [{ pointer }] },
    });
  });

  test.each(["' OR 1=1 --", '" NEAR(', '..\\..\\', '\u0000', 'x'.repeat(5_000)])(
    'refuses %.20j in every filter, and takes it in a query',
    async (sign) => {
      for (const name of ['domain', 'language', 'country']) {
        const query = `q=granite&${name}=${encodeURIComponent(sign)}`;
        expect(await served.api.ask(`/api/search?${query}`)).toMatchObject({
          status: 422,
          body: { code: 'API_INVALID', errors: [{ pointer: `/filters/${name}` }] },
        });
      }
      const query = `granite ${sign}`.repeat(3);
      expect(await search({ query, mode: 'hybrid' })).toMatchObject({ status: 200 });
    },
  );
});
