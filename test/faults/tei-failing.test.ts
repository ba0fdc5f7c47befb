import { describe, test } from 'vitest';

import { readGpuHostState } from '../../worker/circuit/circuits.ts';
import { retryDocuments } from '../../worker/operator/documents.ts';
import { findInconsistencies } from '../harness/consistency.ts';
import { eventually } from '../harness/eventually.ts';
import type { ProxyAction } from '../harness/http-fault.ts';
import { marker, page, pages } from '../harness/pages.ts';
import { readStores } from '../harness/stored.ts';
import { openTestStack } from '../harness/test-stack.ts';
import type { TestStack } from '../harness/test-stack.ts';

type Fault = (stack: TestStack) => Promise<void>;

const embedding =
  (fate: ProxyAction): Fault =>
  ({ proxies }) =>
    proxies.tei.answer(({ path }) => (path === '/embed' ? fate : 'pass'));
const refusal = (status: number, error: string, error_type: string): Fault =>
  embedding({ status, body: { error, error_type } });
/**
 * The longest that an embedding call may take before it counts as a failure; two minutes by
 * default.
 */
const environment = { WEBHOOK_TEI_TIMEOUT: '5s' };

async function noticed(stack: TestStack): Promise<void> {
  await eventually('a circuit that notices the fault, or no pending document', async () => {
    const { documents } = await readStores(stack.directEnv);
    return (
      (await readGpuHostState(stack.services.circuits)).kind !== 'closed' ||
      documents.every(({ state }) => state !== 'pending')
    );
  });
}

describe.concurrent('TEI', () => {
  // Faults of the service, not of what is sent: no document fails because of them.
  test.for<readonly [string, Fault]>([
    ['refusing connections', ({ proxies }) => proxies.tei.refuse()],
    ['accepting connections in silence', ({ proxies }) => proxies.tei.silence()],
    ['hanging with the texts', embedding('hang')],
    ['embedding and never answering', ({ proxies }) => proxies.tei.dropResponses()],
    ['cutting connections', embedding('apply, then cut')],
    ['answering 429', refusal(429, 'Model is overloaded', 'Overloaded')],
    ['answering 424', refusal(424, 'inference failed', 'Backend')],
    ['answering 503', refusal(503, 'unhealthy', 'Unhealthy')],
    ['making vectors of another dimension', async ({ tei }) => tei.fail('wrong-dimension')],
  ])(
    'may fail by %s: documents wait, none fails, and all get vectors later',
    async ([, fault], { expect }) => {
      await using stack = await openTestStack({ environment });
      await stack.worker();
      await stack.intake.submit(page(1));
      expect(await findInconsistencies(stack)).toEqual([]);
      await fault(stack);
      for (const one of pages(8, 2)) await stack.intake.submit(one);
      await noticed(stack);
      stack.tei.fail();
      await stack.proxies.tei.pass();
      expect(await findInconsistencies(stack)).toEqual([]);
    },
  );

  test.for<readonly [string, Fault]>([
    ['vectors of another dimension', async ({ tei }) => tei.fail('wrong-dimension')],
    // JSON writes NaN as null.
    ['NaN', embedding({ status: 200, body: [Array.from({ length: 32 }, () => null)] })],
  ])(
    'may answer with %s: nothing is stored or called indexed, and a retry repairs all',
    async ([, fault], { expect }) => {
      await using stack = await openTestStack({ environment });
      await stack.worker();
      await fault(stack);
      for (const one of pages(6))
        await stack.intake.submit({ ...one, markdown: `${marker(1)} one chunk only` });
      await noticed(stack);
      const { documents, points } = await readStores(stack.directEnv);
      expect({ points, done: documents.filter(({ state }) => state === 'indexed') }).toEqual({
        points: [],
        done: [],
      });
      stack.tei.fail();
      await stack.proxies.tei.pass();
      await retryDocuments(stack.services, { all: true });
      expect(await findInconsistencies(stack)).toEqual([]);
    },
  );

  test('may answer 422 for one text: this document fails at once with a reason, and no other', async ({
    expect,
  }) => {
    await using stack = await openTestStack({ environment });
    await stack.worker();
    await stack.proxies.tei.answer(({ path, body }) =>
      path === '/embed' && body.includes(marker(2))
        ? { status: 422, body: { error: 'Tokenizer error', error_type: 'Tokenizer' } }
        : 'pass',
    );
    for (const one of pages(6)) await stack.intake.submit(one);
    expect(await findInconsistencies(stack, { failures: { [page(2).url]: 'TEI_ANSWER' } })).toEqual(
      [],
    );
  });
});
