import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { audit } from '../../../worker/audit/audit.ts';
import { search } from '../../../worker/search/search.ts';
import { runCommandLine } from '../../harness/command-line.ts';
import { eventually } from '../../harness/eventually.ts';
import { openTestStack } from '../../harness/test-stack.ts';
import type { TestStack } from '../../harness/test-stack.ts';

const pages = [
  {
    url: 'https://a.example/pool',
    title: 'Pool',
    language: 'en',
    country: 'de',
    isMobile: true,
    markdown: 'Set max_connections before the granite lantern opens.',
  },
  {
    url: 'https://a.example/read',
    title: 'Read',
    language: 'en',
    isMobile: false,
    markdown: 'Call node.fs.readFile with a granite compass.',
  },
  {
    url: 'https://b.example/stein',
    title: 'Stein',
    language: 'de',
    markdown: 'Die granite Laterne steht im Hafen.',
  },
];

let stack: TestStack;
beforeAll(async () => {
  stack = await openTestStack();
  await stack.worker();
  for (const page of pages) await stack.intake.submit(page);
  await eventually('indexed pages', async () =>
    expect(await audit(stack.services)).toMatchObject({ ok: true, documents: 3, pending: 0 }),
  );
});
afterAll(() => stack[Symbol.asyncDispose]());

/** Asks again where a busy machine needs longer than the 2 s that a hybrid search gives TEI. */
const searchInTime = (query: string, mode: 'hybrid' | 'keyword' | 'semantic') =>
  eventually('a search in time', async () => {
    const answer = await search(stack.services, query, mode, 3);
    return answer.degradedBecause !== 'TEI_TIMEOUT' && answer;
  });

const urls = async (mode: 'hybrid' | 'keyword' | 'semantic', filters: object, query = 'granite') =>
  (await search(stack.services, query, mode, 10, filters)).results.map(({ url }) => url).sort();

describe('a search', () => {
  test.each(['hybrid', 'keyword', 'semantic'] as const)(
    'in %s mode respects every filter',
    async (mode) => {
      expect(await urls(mode, {})).toHaveLength(3);
      expect(await urls(mode, { domain: 'a.example' })).toEqual([
        'https://a.example/pool',
        'https://a.example/read',
      ]);
      expect(await urls(mode, { language: 'de' })).toEqual(['https://b.example/stein']);
      expect(await urls(mode, { country: 'DE', isMobile: true })).toEqual([
        'https://a.example/pool',
      ]);
      expect(await urls(mode, { domain: 'b.example', isMobile: false })).toEqual([]);
    },
  );

  test('returns a passage as it stands in the page', async () => {
    const { results } = await search(stack.services, 'maxConnections', 'hybrid', 1);
    expect(results).toMatchObject([
      {
        url: 'https://a.example/pool',
        title: 'Pool',
        passage: expect.stringContaining('max_connections before the granite'),
      },
    ]);
  });

  test.each(['', '"', 'AND', 'NEAR(', '*', 'granite '.repeat(10_000)])(
    'for %.12j is no error in any mode',
    async (query) => {
      for (const mode of ['hybrid', 'keyword', 'semantic'] as const)
        expect(await searchInTime(query, mode)).toMatchObject({ mode, degraded: false });
    },
  );
});

describe('while the GPU host is away', () => {
  afterEach(async () => {
    stack.tei.fail();
    await stack.proxies.tei.pass();
    await eventually('a search by meaning', async () =>
      expect(await urls('semantic', {})).toHaveLength(pages.length),
    );
  });

  test('a hybrid search uses keywords only and says so, without waiting for TEI', async () => {
    stack.tei.fail('hang');
    expect(await search(stack.services, 'readFile', 'hybrid', 3)).toMatchObject({
      degraded: true,
      results: [{ url: 'https://a.example/read' }],
    });
    expect(
      (await runCommandLine(stack.directEnv, ['search', 'granite', '--mode', 'keyword', '--json']))
        .json,
    ).toMatchObject({ mode: 'keyword', degraded: false });
  });

  test('a semantic search fails with the reason', async () => {
    await stack.proxies.tei.refuse();
    await expect(search(stack.services, 'granite', 'semantic', 3)).rejects.toMatchObject({
      code: expect.stringMatching(/^TEI_/),
      kind: 'away',
    });
  });
});

describe('./pulse search', () => {
  test('answers each line of its input with one line, and a bad line with its error', async () => {
    const { stdout, code } = await runCommandLine(
      stack.directEnv,
      ['search', '-', '--mode', 'keyword', '--domain', 'A.example'],
      `readFile\n${'x'.repeat(1_000_001)}\n\ngranite\n`,
    );
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect({ code, lines }).toMatchObject({
      code: 1,
      lines: [
        {
          mode: 'keyword',
          degraded: false,
          results: [
            {
              url: 'https://a.example/read',
              title: 'Read',
              score: 1,
              passage: expect.any(String),
              chunk: 0,
            },
          ],
        },
        { line: 2, error: { problem: expect.stringContaining('1000000 bytes') } },
        { results: [] },
        { results: [{}, {}] },
      ],
    });
  });

  test('shows the documents after an offset, with the places that they have', async () => {
    const { stdout } = await runCommandLine(stack.directEnv, [
      'search',
      'granite',
      '--mode=keyword',
      '--offset=1',
      '--limit=1',
      '--explain',
    ]);
    expect(stdout).toMatch(/^2\. /);
    expect(stdout).toMatch(/\n {3}words [\d.]+, rank 2, BM25 [\d.]+: granite \(text\)\n$/);
  });

  test.each([
    ['--limit', '0'],
    ['--limit', '1000'],
    ['--offset', '-1'],
    ['--offset', '195'],
    ['--weight', '1.5'],
    ['--weight', 'much'],
    ['--mode', 'magic'],
  ])('refuses %s %s as wrong usage', async (...option) => {
    expect((await runCommandLine(stack.directEnv, ['search', 'granite', ...option])).code).toBe(2);
  });
});
