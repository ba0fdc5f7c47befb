import { setPriority } from 'node:os';

import type { ApiProcess } from '../../test/harness/api-process.ts';
import { crawlPage } from '../../test/harness/hooks.ts';
import type { Report } from '../row.ts';
import type { BenchStack } from '../worker/stack.ts';
import { Client } from './client.ts';
import { sendAtRate } from './load.ts';
import type { Load } from './load.ts';
import { watchMemory } from './watch-memory.ts';

/** Documents a second that are tried, each for a few seconds, until one is not held. */
const rates = [100, 200, 300, 400, 500, 650, 800, 950];
const trySeconds = 10;
/** How long the highest that was held is held again, and then half of it. */
const holdSeconds = 60;
/** Documents and hooks a second that one replica has to take. */
export const wantedPerSecond = 500;
/** A worker of dev has half the weight of the other containers (`workerCpuShares`); so has this. */
const workerNiceness = 3;
/** A rate is held when every document was taken and hardly one waited longer. */
const heldP99Ms = 1_000;

export interface Intake {
  readonly perSecond: number;
  readonly atHighest: Load;
  /** The same pages as signed deliveries of one crawl. */
  readonly asHooks: Load;
  /** As many of them as have to be taken, whatever the highest was. */
  readonly asHooksWanted: Load;
  readonly atHalf: Load;
  readonly asHooksAtHalf: Load;
  readonly atHalfBesideWorker: Load;
  /** Resident memory of the replica, MiB: the largest seen under load. */
  readonly residentMiB: number;
}

/** Finds how many documents of one page a second one replica takes, and how long each waits. */
export async function intake(stack: BenchStack, api: ApiProcess, report: Report): Promise<Intake> {
  using client = new Client(api);
  const memory = watchMemory(api.pid);
  let next = 0;
  const sendDocument = () => client.postOutcome('/api/documents', shortPage((next += 1)));
  const sendHook = () =>
    client.postOutcome('/api/webhook/firecrawl', crawlPage('bench', shortPage((next += 1))), true);
  const load = async (
    perSecond: number,
    seconds: number,
    send = sendDocument,
    what = 'documents',
  ): Promise<Load> => {
    const done = await sendAtRate({ perSecond, seconds, send });
    report(`${perSecond} ${what} a second for ${seconds} s: ${describe(done)}`);
    return done;
  };
  let perSecond = rates[0] as number;
  for (const rate of rates) {
    if (!isHeld(await load(rate, trySeconds))) break;
    perSecond = rate;
  }
  const atHighest = await load(perSecond, holdSeconds);
  const asHooks = await load(perSecond, holdSeconds, sendHook, 'hooks');
  const asHooksWanted =
    perSecond === wantedPerSecond
      ? asHooks
      : await load(wantedPerSecond, holdSeconds, sendHook, 'hooks');
  const atHalf = await load(perSecond / 2, holdSeconds);
  const asHooksAtHalf = await load(perSecond / 2, holdSeconds, sendHook, 'hooks');
  await using worker = await stack.worker();
  setPriority(worker.pid, workerNiceness);
  const atHalfBesideWorker = await load(perSecond / 2, holdSeconds);
  worker.kill('SIGTERM');
  const residentMiB = await memory.stop();
  return {
    perSecond,
    atHighest,
    asHooks,
    asHooksWanted,
    atHalf,
    asHooksAtHalf,
    atHalfBesideWorker,
    residentMiB,
  };
}

function isHeld({ sent, outcomes, p99Ms }: Load): boolean {
  return outcomes['202'] === sent && p99Ms <= heldP99Ms;
}

function describe({ outcomes, medianMs, p99Ms }: Load): string {
  const counts = Object.entries(outcomes).map(([outcome, count]) => `${count} x ${outcome}`);
  return `${counts.join(', ')}; p50 ${medianMs.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`;
}

/** A document that fills one screen, some 2 KB. */
function shortPage(number: number): object {
  return {
    url: `https://bench.example/short/${number}`,
    title: `Short page ${number}`,
    markdown: `# Short page ${number}\n\n${`The intake takes page ${number}. `.repeat(70)}`,
  };
}
