import { expect, test } from 'vitest';

import { GoldenVectors } from '../../../worker/embeddings/golden.ts';
import { eventually } from '../../harness/eventually.ts';
import { page } from '../../harness/pages.ts';
import { openTestStack } from '../../harness/test-stack.ts';
import type { TestStack } from '../../harness/test-stack.ts';
import { wordModel } from '../../harness/tokenizer.ts';

const golden = ({ services }: TestStack) => new GoldenVectors(services.pool, wordModel);
const isChange = (line: Record<string, unknown>) =>
  line['code'] === 'TEI_CHANGED' && /cosine of/.test(String(line['reason']));

test('a TEI that makes other vectors than before is named at the start of a worker, and after an outage', async () => {
  await using stack = await openTestStack();
  const first = await stack.worker();
  const before = await eventually('recorded vectors', async () => {
    const found = await golden(stack).read();
    expect(found).toBeDefined();
    return found;
  });

  stack.tei.become({ skewed: true });
  const second = await stack.worker();
  await second.logged(isChange);
  // The next change is told from these.
  await eventually('recorded vectors of the other kind', async () =>
    expect((await golden(stack).read())?.vectors).not.toEqual(before?.vectors),
  );

  // Of several workers the first that sees a change records it.
  second.kill('SIGTERM');
  await second.exited;

  await stack.proxies.tei.refuse();
  await stack.intake.submit(page(1));
  await first.logged((line) => line['circuit'] === 'tei' && line['code'] === 'TEI_REFUSED');
  stack.tei.become({ skewed: false });
  await stack.proxies.tei.pass();
  await first.logged(isChange);
});
