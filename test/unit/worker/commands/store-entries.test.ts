import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { readDocuments } from '../../../../cli/pages.ts';
import type { EndLine, FolderLine } from '../../../../shared/folder-lines.ts';
import { readEntries } from '../../../../worker/api/entries.ts';
import { PageReader } from '../../../../worker/api/page-reader.ts';
import { storePages } from '../../../../worker/api/store-pages.ts';
import type { Context } from '../../../../worker/commands/command.ts';
import { countRejected } from '../../../../worker/commands/entries.ts';
import { FolderInput } from '../../../../worker/commands/read-folder.ts';
import { readRecords } from '../../../../worker/commands/read-records.ts';
import { storeEntries } from '../../../../worker/commands/store-entries.ts';
import type { Document } from '../../../../worker/documents/document.ts';
import type { SubmitDependencies } from '../../../../worker/indexing/submit-document.ts';
import { makeFolder } from '../../../harness/folder-of-files.ts';

/** Stands for Postgres: the first pages take longest, so that later ones could overtake. */
function makeStore(): { stored: Map<string, Document>; services: SubmitDependencies } {
  const stored = new Map<string, Document>();
  let asked = 0;
  const accept = async (page: Document) => {
    const turns = [7, 3, 5, 1][(asked += 1) % 4] ?? 0;
    for (let count = 0; count < turns; count += 1) await turn();
    const isKnown = stored.get(page.url)?.contentHash === page.contentHash;
    stored.set(page.url, page);
    return { documentId: page.url, outcome: isKnown ? 'unchanged' : 'accepted' } as const;
  };
  const records = { accept } as unknown as SubmitDependencies['records'];
  const services = { records, queues: { enqueue: async () => undefined } };
  return { stored, services: services as unknown as SubmitDependencies };
}

function openContext(services: SubmitDependencies): Pick<Context, 'services' | 'startProgress'> {
  const startProgress = () => ({ update: () => undefined, end: () => undefined });
  return { services, startProgress } as unknown as Pick<Context, 'services' | 'startProgress'>;
}

/** Of few URLs, right and wrong. */
const record = fc.record({
  url: fc.constantFrom(
    'https://a.example/1',
    'https://a.example/2',
    'no url',
    'HTTPS://A.example/1',
  ),
  markdown: fc.constantFrom('', 'Text.', 'Another text.', 'A third text.'),
});
/** The last right one of each URL. */
function lastOfEach(records: readonly { url: string; markdown: string }[]): Map<string, string> {
  const right = records.filter(({ url, markdown }) => url !== 'no url' && markdown !== '');
  return new Map(right.map(({ url, markdown }) => [new URL(url).href, markdown]));
}
const textsOf = (stored: ReadonlyMap<string, Document>) =>
  new Map([...stored].map(([url, page]) => [url, page.text]));

describe('nothing of the input is lost, and the last of each URL counts', () => {
  // An empty answer is one rejected record.
  const inAnswer = (key: string, all: unknown[]) =>
    all.length === 0 ? all : { success: true, [key]: all };
  const forms = fc.constantFrom(
    (all: unknown[]) => all.map((one) => `${JSON.stringify(one)}\n`).join(''),
    (all: unknown[]) => JSON.stringify(all),
    (all: unknown[]) => JSON.stringify(inAnswer('data', all), undefined, 2),
    (all: unknown[]) => gzipSync(JSON.stringify(inAnswer('results', all))),
  );

  test('of records in any form', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(record), forms, async (records, write) => {
        const { stored, services } = makeStore();
        const input = Readable.from([Buffer.from(write(records) as string)]);
        const told = await storeEntries(openContext(services), readRecords(input), 'lines');
        const { accepted, unchanged, rejected } = told;
        expect(accepted + unchanged + countRejected(rejected)).toBe(records.length);
        expect(textsOf(stored)).toEqual(lastOfEach(records));
      }),
    );
  });

  test('of lines, some of which are no JSON', async () => {
    const line = fc.oneof(
      record.map((one) => JSON.stringify(one)),
      fc.constantFrom('{', 'x,y', '5', '"'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line), async (lines) => {
        const { services } = makeStore();
        const input = Readable.from([Buffer.from(lines.join('\n'))]);
        const told = await storeEntries(openContext(services), readRecords(input), 'lines');
        const { accepted, unchanged, rejected } = told;
        // A brace with a quote below begins an object of several lines, and is one with the rest.
        fc.pre(!/^\s*\{\n"/.test(lines.join('\n')));
        expect(accepted + unchanged + countRejected(rejected)).toBe(lines.length);
      }),
    );
  });

  test('of lines that come over HTTP', async () => {
    const reader = new PageReader();
    await fc.assert(
      fc.asyncProperty(fc.array(record), async (records) => {
        const { stored, services } = makeStore();
        const body = Readable.from(records.map((one) => Buffer.from(`${JSON.stringify(one)}\n`)));
        const { signal } = new AbortController();
        const told = await storePages(services, readEntries(body, reader), signal, true);
        const { accepted, unchanged, rejected, items } = told;
        expect(accepted + unchanged + rejected).toBe(records.length);
        expect(items.map(({ index }) => index)).toEqual(records.map((_one, index) => index));
        expect(textsOf(stored)).toEqual(lastOfEach(records));
      }),
    );
  });

  test('of a folder', async () => {
    const name = fc.constantFrom(
      'a.md',
      'b.txt',
      'c.png',
      '.d.md',
      'x/e.html',
      'node_modules/f.md',
    );
    const content = fc.constantFrom(
      'Text.',
      '',
      '---\na: b: c\n---\nText.',
      '---\nurl: https://a.example/1\n---\nText.',
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, content), async (files) => {
        const folder = makeFolder({ ...files, 'always.md': 'Text.' });
        const { services } = makeStore();
        const lines = await text(readDocuments(folder, { stack: 'dev' }).input);
        const read = new FolderInput().read(Readable.from([Buffer.from(lines)]));
        const { accepted, unchanged, rejected } = await storeEntries(
          openContext(services),
          read,
          'files',
        );
        const { end } = JSON.parse(lines.trim().split('\n').at(-1) ?? '') as FolderLine & EndLine;
        const leftOut = end.leftOut.reduce((sum, { count }) => sum + count, 0);
        expect(accepted + unchanged + rejected.length + leftOut).toBe(
          Object.keys(files).length + 1,
        );
      }),
      { numRuns: 50 },
    );
  });
});
