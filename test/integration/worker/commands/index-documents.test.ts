import { describe, expect, test } from 'vitest';

import { runCommandLine } from '../../../harness/command-line.ts';
import { marker, page } from '../../../harness/pages.ts';
import { readStores } from '../../../harness/stored.ts';
import { openTestStack } from '../../../harness/test-stack.ts';
import type { TestStack } from '../../../harness/test-stack.ts';

/** Documents as JSON lines; a text in place of one is the line itself. */
const index = (stack: TestStack, lines: readonly unknown[], ...options: string[]) =>
  runCommandLine(
    stack.directEnv,
    ['index', '-', ...options],
    lines.map((one) => `${typeof one === 'string' ? one : JSON.stringify(one)}\n`).join(''),
  );
const queue = (stack: TestStack, ...args: string[]) =>
  runCommandLine(stack.directEnv, ['queue', ...args]);

/** URLs of the documents whose chunks are in Qdrant. */
async function indexedUrls(stack: TestStack): Promise<string[]> {
  const { documents, points } = await readStores(stack.directEnv);
  const withPoints = new Set(points.map(({ documentId }) => documentId));
  return documents
    .filter(({ documentId }) => withPoints.has(documentId))
    .map(({ url }) => url)
    .sort();
}

describe('./pulse index', () => {
  test('with --wait ends when every document is indexed, and costs nothing the second time', async () => {
    await using stack = await openTestStack();
    await stack.worker();
    const pages = [page(1), page(2), page(3)];
    const first = await index(stack, pages, '--wait', '--json');
    expect(first).toMatchObject({ code: 0 });
    expect(first.json).toEqual({
      accepted: 3,
      unchanged: 0,
      rejected: [],
      failed: 0,
      left: 0,
      why: null,
    });
    expect(JSON.parse(first.stderr.trim().split('\n').at(-1)!)).toEqual({
      progress: 'documents indexed',
      done: 3,
      total: 3,
    });
    expect((await index(stack, pages, '--json')).json).toEqual({
      accepted: 0,
      unchanged: 3,
      rejected: [],
    });
    expect(await indexedUrls(stack)).toEqual(pages.map(({ url }) => url));
  });

  test('with --wait says that the queue is paused, and gives the prompt back', async () => {
    await using stack = await openTestStack();
    await stack.worker();
    await queue(stack, 'pause');
    const paused = await index(stack, [page(1), page(2)], '--wait');
    expect(paused).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^2 accepted, 0 unchanged, 0 rejected, 0 failed\n2 are not indexed yet.*paused.*\.\/pulse queue resume/,
      ),
    });
    await queue(stack, 'resume');
    const resumed = await index(stack, [page(1), page(2)], '--wait', '--json');
    expect(resumed.json).toMatchObject({ unchanged: 2, failed: 0, left: 0 });
    expect(await indexedUrls(stack)).toEqual([page(1).url, page(2).url]);
  });

  test('names each line that is no document, indexes the others, and ends with 1', async () => {
    await using stack = await openTestStack();
    await stack.worker();
    const mixed = await index(stack, ['{', page(1), '', '{"url":"no url"}'], '--wait', '--json');
    expect(mixed).toMatchObject({ code: 1 });
    expect(mixed.json).toMatchObject({
      accepted: 1,
      rejected: [{ line: 1, problem: 'not JSON' }, { line: 4 }],
      left: 0,
    });
  });

  test('says of an input without a record that it holds none, and ends with 1', async () => {
    await using stack = await openTestStack();
    const nothing = { accepted: 0, unchanged: 0, rejected: [] };
    for (const lines of [[], ['\uFEFF', ' \r'], ['[', ']']]) {
      const empty = await index(stack, lines, '--json');
      expect(empty).toMatchObject({ code: 1 });
      expect(empty.json).toEqual({ ...nothing, problem: 'the input holds no record' });
    }
    expect((await index(stack, [])).stdout).toMatch(
      /^0 accepted, 0 unchanged, 0 rejected\n {2}the input holds no record; expected: one JSON/,
    );
  });

  test('counts a document that cannot be indexed as failed, and ends with 1', async () => {
    await using stack = await openTestStack();
    stack.tei.failFor(marker(1), 'refused');
    await stack.worker();
    const failing = await index(stack, [page(1)], '--wait');
    expect(failing).toMatchObject({ code: 1, stdout: expect.stringContaining(', 1 failed') });
  });
});
