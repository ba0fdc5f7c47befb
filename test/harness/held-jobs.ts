import { eventually } from './eventually.ts';
import type { Page } from './intake.ts';
import type { TestStack } from './test-stack.ts';

/**
 * Submits pages whose embedding cannot end before `stack.tei.release()`, however long a test takes
 * to see it begin.
 *
 * @param least jobs that are under way when this ends
 */
export async function holdJobs(stack: TestStack, pages: readonly Page[], least = 1): Promise<void> {
  stack.tei.hold();
  for (const one of pages) await stack.intake.submit(one);
  await eventually(
    `${least} documents that are being embedded`,
    async () => (await stack.services.queues.counts()).embedding.active >= least,
  );
}
