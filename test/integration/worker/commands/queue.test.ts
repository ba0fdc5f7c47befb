import { describe, expect, test } from 'vitest';

import { runCommandLine } from '../../../harness/command-line.ts';
import { findInconsistencies } from '../../../harness/consistency.ts';
import { eventually } from '../../../harness/eventually.ts';
import { marker, page } from '../../../harness/pages.ts';
import { openTestStack } from '../../../harness/test-stack.ts';
import type { TestStack } from '../../../harness/test-stack.ts';

const queue = (stack: TestStack, ...args: string[]) =>
  runCommandLine(stack.directEnv, ['queue', ...args]);

describe('./pulse queue', () => {
  test('pauses, says why nothing moves, cancels one or all waiting documents, and retries them', async () => {
    await using stack = await openTestStack();
    for (const number of [1, 2, 3]) await stack.intake.submit(page(number));
    expect(await queue(stack, 'why')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^No worker is alive while 3 documents wait/),
    });
    await queue(stack, 'pause');
    expect((await queue(stack, 'why', '--json')).json).toEqual({
      moving: false,
      reason: expect.stringContaining('./pulse queue resume'),
      code: null,
    });
    expect((await queue(stack, 'cancel', page(1).url, '--json')).json).toEqual({ cancelled: 1 });
    expect((await queue(stack, 'cancel', 'all', '--json')).json).toEqual({ cancelled: 2 });
    expect((await queue(stack, 'list', 'cancelled', '--json')).json).toHaveLength(3);
    expect((await queue(stack, 'counts', '--json')).json).toMatchObject([
      { queue: 'indexing', waiting: 0, paused: true },
      { queue: 'embedding' },
    ]);

    for (const number of [1, 2, 3])
      expect(await queue(stack, 'retry', page(number).url)).toMatchObject({ code: 0 });
    await stack.worker();
    expect((await queue(stack, 'list', 'waiting', '--json')).json).toHaveLength(3);
    await queue(stack, 'resume');
    expect(await findInconsistencies(stack)).toEqual([]);
    expect(await queue(stack, 'why')).toMatchObject({ code: 0, stdout: 'Nothing waits.\n' });
  });

  test('lists failed documents with code and reason, and retries them by that code', async () => {
    await using stack = await openTestStack();
    stack.tei.failFor(marker(1), 'refused');
    await stack.worker();
    await stack.intake.submit(page(1));
    await eventually('the failed document in the list', async () =>
      expect((await queue(stack, 'list', 'failed', '--json')).json).toMatchObject([
        {
          state: 'failed',
          queue: 'embedding',
          url: page(1).url,
          code: 'TEI_ANSWER',
          reason: expect.stringContaining('tokenizer error'),
          ageSeconds: expect.any(Number),
        },
      ]),
    );
    expect((await queue(stack, 'list', 'failed')).stdout).toMatch(/STATE.*CODE.*REASON\nfailed/s);
    stack.tei.fail();
    expect((await queue(stack, 'retry', 'TEI_TIMEOUT', '--json')).json).toEqual({ retried: 0 });
    await queue(stack, 'pause');
    expect((await queue(stack, 'retry', 'tei_answer', '--json')).json).toEqual({ retried: 1 });
    expect((await queue(stack, 'counts', '--json')).json).toMatchObject([
      { queue: 'indexing', waiting: 0 },
      { queue: 'embedding', waiting: 1 },
    ]);
    await queue(stack, 'resume');
    expect(await findInconsistencies(stack)).toEqual([]);
  });

  test('shows active jobs and what each worker holds, and drains the queues', async () => {
    await using stack = await openTestStack({ environment: { WEBHOOK_WORKER_BATCH_SIZE: '1' } });
    stack.tei.fail('hang');
    await stack.worker();
    for (const number of [1, 2]) await stack.intake.submit(page(number));
    await eventually('the active job in the list', async () =>
      expect((await queue(stack, 'list', 'active', '--json')).json).toMatchObject([
        { queue: 'embedding', worker: 'worker-1', attempt: '1 of 5' },
      ]),
    );
    // What a worker holds is in its next heartbeat.
    const busy = { name: 'worker-1', consuming: true, embedding: 1 };
    await eventually("the active job in the worker's heartbeat", async () =>
      expect((await queue(stack, 'workers', '--json')).json).toMatchObject([
        { ...busy, memoryMiB: expect.any(Number), starts15m: 1 },
      ]),
    );
    const draining = queue(stack, 'drain', '--json');
    await eventually('a paused embedding queue', async () =>
      expect((await stack.services.queues.counts()).embedding.paused).toBe(true),
    );
    stack.tei.fail();
    await stack.proxies.tei.refuse();
    await stack.proxies.tei.pass();
    expect((await draining).json).toEqual({ paused: true, active: 0 });
    await queue(stack, 'resume');
    expect(await findInconsistencies(stack)).toEqual([]);
  });

  test("limits all workers together, and the operator's limit goes before the stack's", async () => {
    await using stack = await openTestStack({ environment: { WEBHOOK_GLOBAL_CONCURRENCY: '7' } });
    expect((await queue(stack, 'concurrency', '2', '--json')).json).toEqual({ limit: 2 });
    expect((await queue(stack, 'concurrency', 'off', '--json')).json).toEqual({ limit: null });
    expect((await queue(stack, 'concurrency', 'default', '--json')).json).toEqual({ limit: 7 });
    expect((await queue(stack, 'counts', '--json')).json).toMatchObject([
      { limit: 7 },
      { limit: 7 },
    ]);
  });

  test.each([
    [['list', 'lost']],
    [['retry', 'no url at all']],
    [['cancel']],
    [['cancel', 'TEI_TIMEOUT']],
    [['concurrency', 'many']],
    [['dance']],
    [['counts', '--yaml']],
  ])('refuses %j as wrong usage', async (args) => {
    await using stack = await openTestStack();
    expect(await queue(stack, ...args)).toMatchObject({ code: 2, stdout: '' });
  });
});
