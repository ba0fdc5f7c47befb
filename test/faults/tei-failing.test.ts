import { describe, test } from 'vitest';

import { gpuHostState } from '../../worker/circuit/circuits.ts';
import { disagreements } from '../harness/consistency.ts';
import type { Fate } from '../harness/http-fault.ts';
import { marker, page, pages } from '../harness/pages.ts';
import { readStores } from '../harness/stored.ts';
import { openWorld } from '../harness/test-stack.ts';
import type { World } from '../harness/test-stack.ts';
import { until } from '../harness/until.ts';

type Fault = (world: World) => Promise<void>;

const embedding =
  (fate: Fate): Fault =>
  ({ through }) =>
    through.tei.answer(({ path }) => (path === '/embed' ? fate : 'pass'));
const refusal = (status: number, error: string, error_type: string): Fault =>
  embedding({ status, body: { error, error_type } });
/**
 * The longest that an embedding call may take before it counts as a failure; two minutes by
 * default.
 */
const environment = { WEBHOOK_TEI_TIMEOUT: '5s' };
const noticedMs = 60_000;

async function noticed(world: World): Promise<void> {
  await until(async () => {
    const { documents } = await readStores(world.direct);
    if (
      (await gpuHostState(world.services.gpuHost)).kind === 'closed' &&
      documents.some(({ state }) => state === 'pending')
    )
      throw new Error('the fault has not been noticed');
  }, noticedMs);
}

describe.concurrent('TEI', () => {
  // Faults of the service, not of what is sent: no document fails for them, however long they last.
  test.for<readonly [string, Fault]>([
    ['refusing connections', ({ through }) => through.tei.refuse()],
    ['half-open, connected and silent', ({ through }) => through.tei.silence()],
    ['hanging once it has the texts', embedding('hang')],
    ['embedding and never answering', ({ through }) => through.tei.deafen()],
    ['cutting connections', embedding('apply, then cut')],
    ['answering 429', refusal(429, 'Model is overloaded', 'Overloaded')],
    ['answering 424', refusal(424, 'inference failed', 'Backend')],
    ['answering 503', refusal(503, 'unhealthy', 'Unhealthy')],
  ])(
    '%s: documents wait for it, none fails, and all have their vectors when it is well',
    async ([, fault], { expect }) => {
      await using world = await openWorld({ environment });
      await world.worker();
      await world.intake.submit(page(1));
      expect(await disagreements(world)).toEqual([]);
      await fault(world);
      for (const one of pages(8, 2)) await world.intake.submit(one);
      await noticed(world);
      await world.through.tei.pass();
      expect(await disagreements(world)).toEqual([]);
    },
  );

  test.for<readonly [string, Fault]>([
    ['vectors of another dimension', async ({ tei }) => tei.fail('wrong-dimension')],
    ['NaN', embedding({ status: 200, body: [Array.from({ length: 32 }, () => null)] })], // null is how NaN is written in JSON
  ])(
    'answering with %s: none of it is stored, no document is called done, and a retry mends all',
    async ([, fault], { expect }) => {
      await using world = await openWorld({ environment });
      await world.worker();
      await fault(world);
      for (const one of pages(6))
        await world.intake.submit({ ...one, markdown: `${marker(1)} one chunk only` });
      await noticed(world);
      const { documents, points } = await readStores(world.direct);
      expect({ points, done: documents.filter(({ state }) => state === 'indexed') }).toEqual({
        points: [],
        done: [],
      });
      world.tei.fail();
      await world.through.tei.pass();
      for (const documentId of await world.services.records.retryFailed())
        await world.services.queues.ring('indexing', documentId);
      expect(await disagreements(world)).toEqual([]);
    },
  );

  test('answering 422 for one text fails that document at once, with a reason, and no other', async ({
    expect,
  }) => {
    await using world = await openWorld({ environment });
    await world.worker();
    await world.through.tei.answer(({ path, body }) =>
      path === '/embed' && body.includes(marker(2))
        ? { status: 422, body: { error: 'Tokenizer error', error_type: 'Tokenizer' } }
        : 'pass',
    );
    for (const one of pages(6)) await world.intake.submit(one);
    expect(await disagreements(world, { failures: { [page(2).url]: 'TEI_ANSWER' } })).toEqual([]);
  });
});
