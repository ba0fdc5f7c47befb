import { describe, expect, test } from 'vitest';

import { readGpuHostState } from '../../../worker/circuit/circuits.ts';
import { listJobs } from '../../../worker/operator/listing.ts';
import { countStages } from '../../../worker/records/failures.ts';
import { search } from '../../../worker/search/search.ts';
import { findInconsistencies } from '../../harness/consistency.ts';
import { eventually } from '../../harness/eventually.ts';
import { marker, page } from '../../harness/pages.ts';
import { openTestStack } from '../../harness/test-stack.ts';
import type { TestStack } from '../../harness/test-stack.ts';

const pages = [1, 2, 3, 4, 5, 6];
const submitAll = async (stack: TestStack): Promise<void> => {
  for (const number of pages) await stack.intake.submit(page(number));
};
const codeOfWait = async (stack: TestStack): Promise<string | undefined> => {
  const state = await readGpuHostState(stack.services.circuits);
  return state.kind === 'open' ? state.code : undefined;
};

describe('a TEI that cannot embed', () => {
  test.for([
    [
      'nothing listens',
      (stack: TestStack) => stack.proxies.tei.refuse(),
      (stack: TestStack) => stack.proxies.tei.pass(),
      'TEI_REFUSED',
    ],
    [
      'it is overloaded',
      (stack: TestStack) => stack.tei.fail('overloaded'),
      (stack: TestStack) => stack.tei.fail(),
      'TEI_ANSWER',
    ],
    [
      'its backend fails',
      (stack: TestStack) => stack.tei.fail('backend'),
      (stack: TestStack) => stack.tei.fail(),
      'TEI_ANSWER',
    ],
    [
      'it cuts every connection',
      (stack: TestStack) => stack.tei.fail('cut'),
      (stack: TestStack) => stack.tei.fail(),
      'TEI_UNREACHABLE',
    ],
    [
      'it serves another model',
      (stack: TestStack) => stack.tei.become({ model: 'someone/else' }),
      (stack: TestStack) =>
        stack.tei.become({ model: String(stack.directEnv['WEBHOOK_EMBEDDING_MODEL']) }),
      'TEI_MODEL',
    ],
  ] as const)(
    'delays documents without using up an attempt when %s',
    async ([, take, give, code]) => {
      await using stack = await openTestStack();
      await take(stack);
      await stack.worker();
      await submitAll(stack);
      await eventually('a circuit that names the fault', async () =>
        expect(await codeOfWait(stack)).toBe(code),
      );
      await eventually('page 6 by its word', async () =>
        expect((await search(stack.services, marker(6), 'hybrid', 1)).results[0]?.url).toBe(
          page(6).url,
        ),
      );
      await give(stack);
      expect(await findInconsistencies(stack)).toEqual([]);
    },
  );

  test('is not called while documents wait, except by a probe now and then', async () => {
    await using stack = await openTestStack();
    stack.tei.fail('unavailable');
    await stack.worker();
    await submitAll(stack);
    await eventually('a circuit that names the fault', async () =>
      expect(await codeOfWait(stack)).toBe('TEI_ANSWER'),
    );
    await eventually('no active embedding job', async () =>
      expect((await stack.services.queues.counts()).embedding.active).toBe(0),
    );
    const before = stack.tei.calls;
    await eventually('a probe', () => expect(stack.tei.calls).toBeGreaterThan(before));
    expect(stack.tei.calls - before).toBeLessThanOrEqual(2);
    expect((await countStages(stack.services.pool)).failed).toEqual({ indexing: 0, embedding: 0 });
  });
});

describe('a document that TEI cannot embed', () => {
  test.for([
    ['refuses', 'refused', 'TEI_ANSWER'],
    ['fails on', 'backend', 'TEI_ANSWER'],
    ['returns NaN for', 'nan', 'TEI_VECTOR'],
    ['hangs on', 'hang', 'TEI_TIMEOUT'],
    ['dies of', 'cut', 'TEI_UNREACHABLE'],
  ] as const)(
    'fails alone when TEI %s its text, and all others succeed',
    async ([, mode, code]) => {
      await using stack = await openTestStack({
        // Where nothing hangs, a slow machine must not look as if something did.
        environment: mode === 'hang' ? { WEBHOOK_TEI_TIMEOUT: '1s' } : {},
      });
      stack.tei.failFor(marker(3), mode);
      await submitAll(stack);
      await stack.worker();
      expect(await findInconsistencies(stack, { failures: { [page(3).url]: code } })).toEqual([]);
    },
  );
});

test('a TEI that comes back with a smaller batch limit gets smaller batches, and no document fails', async () => {
  await using stack = await openTestStack();
  await stack.worker();
  await stack.intake.submit(page(1));
  expect(await findInconsistencies(stack)).toEqual([]);
  stack.tei.become({ maxBatch: 3 });
  for (const number of pages) await stack.intake.submit(page(number, 2, 12));
  expect(await findInconsistencies(stack)).toEqual([]);
});

test('documents that wait together share calls to TEI', async () => {
  await using stack = await openTestStack();
  await stack.worker({ WEBHOOK_WORKER_BATCH_SIZE: '16' });
  await eventually('the call that a worker makes at its start', () =>
    expect(stack.tei.calls).toBeGreaterThan(0),
  );
  stack.tei.hold();
  for (let number = 0; number < 40; number += 1) await stack.intake.submit(page(number));
  await eventually('as many documents as are indexed at a time', async () =>
    expect(await listJobs(stack.services, { states: ['active'] }, 40)).toHaveLength(16),
  );
  stack.tei.release();
  expect(await findInconsistencies(stack)).toEqual([]);
  expect(stack.tei.largestCall).toBeGreaterThan(5);
  expect(stack.tei.calls).toBeLessThan(40);
});

test('the instruction is put before a query and before no document', async () => {
  await using stack = await openTestStack({
    environment: { WEBHOOK_QUERY_INSTRUCTION: 'Instruct: find\\nQuery:' },
  });
  stack.tei.failFor('Instruct: find\nQuery:', 'refused');
  await stack.worker();
  await stack.intake.submit(page(1));
  expect(await findInconsistencies(stack)).toEqual([]);
  await expect(search(stack.services, marker(1), 'semantic', 1)).rejects.toMatchObject({
    code: 'TEI_ANSWER',
    message: expect.stringContaining('the query, with the instruction before it'),
  });
});
