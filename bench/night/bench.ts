import { setTimeout as pause } from 'node:timers/promises';

import { Proxy } from '../../test/harness/proxy.ts';
import { startWorker } from '../../test/harness/worker-process.ts';
import { countStages } from '../../worker/records/failures.ts';
import type { Services } from '../../worker/services.ts';
import { formatSeconds } from '../row.ts';
import type { Bench, Report } from '../row.ts';
import { openBenchStack } from '../worker/stack.ts';
import { countIndexed } from '../worker/stored-pages.ts';
import { marker, storeSearchablePages } from './pages.ts';

const documents = 200_000;
const redisMebibytes = 256;
/** Two sweeps and a few jobs more: what could be enqueued is. */
const settlingMs = 40_000;
/** The whole would take as long as the GPU host needs for it: this shows that it goes on. */
const catchingUpMs = 60_000;
const searched = 1_000;

/**
 * A night without the GPU host: documents that came through the first stage wait for the second.
 * They are put into Postgres and the keyword index in bulk, as the first stage leaves them.
 */
export const nightBench: Bench = async (report) => {
  await using stack = await openBenchStack();
  const { services, environment } = stack;
  const { redis } = services.queues;
  await redis.config('SET', 'maxmemory', `${redisMebibytes}mb`);
  const emptyBytes = await usedMemory(services);
  const began = performance.now();
  await storeSearchablePages(services, documents, report);
  report(`${documents} documents stored after ${formatSeconds(performance.now() - began)}`);

  await using proxy = await Proxy.open(new URL(String(environment['WEBHOOK_TEI_URL'])).host);
  await proxy.refuse();
  await using worker = startWorker({
    ...environment,
    WEBHOOK_TEI_URL: `http://${proxy.authority}`,
  });
  await worker.ready;
  await pause(settlingMs);
  const away = await countStages(services.pool);
  const usedBytes = await usedMemory(services);
  const { waiting } = (await services.queues.counts()).embedding;
  const found = await countFound(services, report);

  await proxy.pass();
  const before = await countIndexed(services);
  await pause(catchingUpMs);
  const done = (await countIndexed(services)) - before;
  const after = await countStages(services.pool);
  const mebi = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  return [
    {
      measured: 'documents that wait, TEI away',
      is: `${away.pending.embedding}`,
      wanted: `${documents}`,
    },
    {
      measured: 'failed meanwhile',
      is: `${away.failed.embedding + after.failed.embedding}`,
      wanted: '0',
    },
    { measured: 'jobs of them in Redis', is: `${waiting}`, wanted: '16000 or fewer' },
    { measured: 'memory of Redis', is: mebi(usedBytes), wanted: `below ${redisMebibytes} MiB` },
    {
      measured: 'a job in Redis',
      is: `${Math.round((usedBytes - emptyBytes) / waiting)} bytes`,
      wanted: '',
    },
    { measured: `found by keyword, of ${searched}`, is: `${found}`, wanted: `${searched}` },
    {
      measured: `indexed in the first ${catchingUpMs / 1_000} s after TEI is back`,
      is: `${done}`,
      wanted: '',
    },
  ];
};

async function usedMemory({ queues }: Services): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await queues.redis.info('memory'))?.[1]);
}

/** Searches documents all over the night by a word that only they have. */
async function countFound({ keywords }: Services, report: Report): Promise<number> {
  let found = 0;
  for (let one = 0; one < searched; one += 1) {
    const number = Math.floor((one * documents) / searched);
    const [hit] = await keywords.search(marker(number), {}, 1);
    if (hit?.url.endsWith(`/${number}`) === true) found += 1;
  }
  report(`${found} of ${searched} found by keyword`);
  return found;
}
