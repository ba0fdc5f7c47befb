import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  buildFacet,
  buildFacets,
  decodeFacet,
  facetRange,
} from '../../../worker/keywords/facet-words.ts';
import { buildMatch, selectTerms, parseTerms } from '../../../worker/keywords/schema-3/query.ts';
import {
  listExactForms,
  listForms,
  listOtherForms,
  locateOtherForms,
  splitName,
} from '../../../worker/keywords/schema-3/terms.ts';
import { measureGrowth } from '../../harness/growth.ts';

describe('a name', () => {
  test.each([
    ['readFile', ['read', 'File']],
    ['HTTPServer_port2', ['HTTP', 'Server', 'port2']],
    ['MAX_CHUNK_TOKENS', ['MAX', 'CHUNK', 'TOKENS']],
    ['node.fs.readFile', ['node', 'fs', 'read', 'File']],
    ['größeÄndern', ['größe', 'Ändern']],
  ])('such as %s is split into the words %j', (name, words) =>
    expect(splitName(name)).toEqual(words),
  );

  test.each([
    ['readFile', ['read file']],
    ['max_connections', ['maxconnections']],
    ['keep-alive', ['keepalive']],
    ['WEBHOOK_VECTOR_DIM', ['webhookvectordim']],
    ['node.fs.readFile', ['node fs read file']],
    ['v3.256.0', ['3 256 0']],
    ['postgresql.conf', []],
    ['plain', []],
  ])('such as %s is also found as %j', (name, forms) => expect(listForms(name)).toEqual(forms));

  test('is found in a text once, without the full stop of its sentence', () => {
    expect(listOtherForms('Call readFile. Then readFile again, with max_connections-')).toEqual([
      'read file',
      'maxconnections',
    ]);
  });
});

test('words without a space between them are found one by one', () => {
  expect(listOtherForms('全文検索 with readFile')).toEqual(['read file', '全文', '検索']);
  expect(parseTerms('全文検索')).toEqual(['"全文検索"', '"全文"', '"検索"']);
});

test('the exact form is kept only of words that stemming changes', () => {
  expect(
    listExactForms('Running the indexes at 08 for cats').map((form) => form.slice(0, -1)),
  ).toEqual(['running', 'indexes', 'cats']);
});

describe('the terms of a query', () => {
  test('are its words, its names as phrases, their parts and their other forms', () => {
    expect(parseTerms('node.fs.readFile')).toEqual([
      '"node.fs.readfile"',
      '"node fs read file"',
      '"node"',
      '"fs"',
      '"read"',
      '"file"',
      'exact : "node\uE000"',
      'exact : "readfile\uE000"',
    ]);
  });

  test('are quoted, whatever the query contains', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (query) => {
        for (const term of parseTerms(query)) expect(term).toMatch(/^(?:exact : )?"[^"]+"$/);
      }),
    );
  });

  test.each(['', '"', '*', '  ', '()', '^', '€ – …'])('of %j are empty', (query) =>
    expect(parseTerms(query)).toEqual([]),
  );
  test('are at most 64', () =>
    expect(
      parseTerms(Array.from({ length: 10_000 }, (_, index) => `word${index}`).join(' ')),
    ).toHaveLength(64));
});

describe('the terms that a search uses', () => {
  const weighed = [
    { term: 'the', chunks: 5_000 },
    { term: 'rotate', chunks: 40 },
    { term: 'password', chunks: 900 },
    { term: 'nowhere', chunks: 0 },
  ];
  const chosen = (budget: number) => selectTerms(weighed, budget).map(({ term }) => term);

  test('are the rarest within the budget', () =>
    expect(chosen(1_000)).toEqual(['rotate', 'password']));
  test('are all when there are few chunks', () =>
    expect(chosen(10_000)).toEqual(['rotate', 'password', 'the']));
  test('are at least one', () => expect(chosen(10)).toEqual(['rotate']));
});

test('a filter is one word that every chunk of a page has, whatever characters are in its value', () => {
  const [domain, mobile] = buildFacets({
    domain: 'Docs.example.org',
    isMobile: false,
    language: null,
  });
  expect(domain).toMatch(/^domain[\p{L}\p{N}\uE000\uE001]+$/u);
  expect(buildFacets({ domain: 'docs-example.org' })).not.toEqual([domain]);
  expect(buildMatch(['"a"', '"b"'], { domain: 'docs.example.org', isMobile: false })).toBe(
    `facets : "${domain}" AND facets : "${mobile}" AND ("a" OR "b")`,
  );
});

test("a facet's word is read back, and lies in its facet's range alone", () =>
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      const word = buildFacet('domain', value);
      expect(decodeFacet(word)).toBe(value.toLowerCase());
      const [from, to] = facetRange('domain');
      expect(from <= word && word < to).toBe(true);
      const [other] = facetRange('country');
      expect(word < other || word >= facetRange('country')[1]).toBe(true);
    }),
  ));

test('the forms that are located in a text are those that are listed', () =>
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('readFile', 'max_size', 'v1.2', ' ', '.', '検索', 'é')),
      (parts) => {
        const text = parts.join('');
        const located = [...locateOtherForms(text)];
        expect(new Set(located.map(({ form }) => form))).toEqual(new Set(listOtherForms(text)));
        for (const { start, length } of located)
          expect(text.slice(start, start + length)).toHaveLength(length);
      },
    ),
  ));

test('documents of a host are left out of an expression for FTS5 when it is asked so', () => {
  const except = `NOT facets : "${buildFacet('domain', 'a.example')}"`;
  expect(buildMatch(['"x"', '"y"'], { exceptDomain: 'a.example' })).toBe(`("x" OR "y") ${except}`);
  expect(buildMatch(['"x"'], { language: 'en', exceptDomain: 'a.example' })).toMatch(
    /^\(facets : .* AND \("x"\)\) NOT /,
  );
});

test('a name with a line of signs is read in time that grows with its length', async () => {
  const growth = await measureGrowth(15_000, (length) => listForms(`a${'-'.repeat(length)}b`));
  expect(growth).toBeLessThan(5);
});
