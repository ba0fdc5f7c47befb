import { expect, test } from 'vitest';

import { runCommandLine } from '../../../harness/command-line.ts';
import { page } from '../../../harness/pages.ts';
import { openTestStack } from '../../../harness/test-stack.ts';

test('one program answers all that ./pulse status asks, and what a lost store leaves of it', async () => {
  await using stack = await openTestStack();
  await stack.intake.submit(page(1));
  const run = async (...args: string[]) =>
    (await runCommandLine(stack.environment, [...args, '--json'])).json;
  const [queues, tasks, keywords, chunks] = await Promise.all([
    run('queue', 'counts'),
    run('schedule'),
    run('keywords', 'state'),
    run('reindex', '--all', '--dry-run'),
  ]);
  expect(await run('status')).toEqual({
    verification: {
      value: expect.objectContaining({
        checks: expect.arrayContaining([
          expect.objectContaining({ name: 'tei', ok: true }),
          expect.objectContaining({ name: 'qdrant' }),
        ]),
      }),
    },
    queues: { value: queues },
    tasks: { value: tasks },
    keywords: { value: keywords },
    chunks: { value: chunks },
  });

  await stack.proxies.postgres.refuse();
  const problem = expect.stringMatching(/^POSTGRES_\w+: ./);
  expect(await run('status')).toMatchObject({
    verification: { value: { ok: false } },
    queues: { problem },
    tasks: { problem },
    keywords: { value: keywords },
    chunks: { problem },
  });
});
