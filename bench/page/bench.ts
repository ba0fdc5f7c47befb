import { setTimeout as pause } from 'node:timers/promises';

import { keys, startApi } from '../../test/harness/api-process.ts';
import type { ApiProcess } from '../../test/harness/api-process.ts';
import { openChromium } from '../../test/harness/chromium.ts';
import { eventually } from '../../test/harness/eventually.ts';
import { median } from '../median.ts';
import { ofProcess } from '../processor-time.ts';
import type { Bench, Row } from '../row.ts';
import { openBenchStack } from '../worker/stack.ts';
import type { BenchStack } from '../worker/stack.ts';

const looks = 200;
/** With a tab and without one. */
const watchedMs = 300_000;
/** As the status looks again while its tab is seen. */
const tabEveryMs = 10_000;
const screens = { 'the start of the search': '/', 'the status': '/status' } as const;

/** Measures what a replica of the API spends on screens, and on a tab that is left open. */
export const pageBench: Bench = async (report) => {
  await using stack = await openBenchStack();
  await using api = await startApi(stack.environment);
  await api.ready;
  await eventually('a first look at the stack', async () => {
    const { status } = await api.ask('/api/status');
    return status === 200;
  });
  const cookie = await logIn(api);
  const rows: Row[] = [];
  for (const [name, path] of Object.entries(screens))
    rows.push(await look(api, cookie, name, path));
  report(`no tab for ${watchedMs / 60_000} minutes`);
  const idle = await watch(api, stack);
  report(`Chromium with the status for ${watchedMs / 60_000} minutes`);
  await using tab = await openTab(api);
  const withTab = await watch(api, stack);
  // It has looked again by itself: else nothing was measured.
  if (tab.looks() < watchedMs / tabEveryMs / 2)
    throw new Error(`the tab looked ${tab.looks()} times in ${watchedMs / 1_000} s`);
  return [
    ...rows,
    { measured: 'a replica that nobody asks, and its stores', is: describeUse(idle), wanted: '' },
    {
      measured: `the same with a tab of the status in Chromium, which looked ${tab.looks()} times`,
      is: describeUse(withTab),
      wanted: '0.5 % more, or less',
    },
  ];
};

/** Percent of a core. */
interface Use {
  readonly replica: number;
  readonly stores: number;
}

const describeUse = ({ replica, stores }: Use): string =>
  `${replica.toFixed(2)} % of a core, and the stores ${stores.toFixed(2)} %`;

interface Tab extends AsyncDisposable {
  /** How often it has asked for the status since it was opened. */
  looks(): number;
}

/** Somebody logs in with the key of an operator, goes to the status, and leaves the tab open. */
async function openTab({ url }: ApiProcess): Promise<Tab> {
  const browser = await openChromium();
  const page = await browser.newPage();
  await page.goto(`${url}/status`);
  await page.keyboard.type(keys.api);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/status');
  let count = 0;
  page.on('response', (answer) => {
    if (answer.status() === 200 && new URL(answer.url()).pathname === '/status') count += 1;
  });
  return { looks: () => count, [Symbol.asyncDispose]: () => browser.close() };
}

async function logIn(api: ApiProcess): Promise<string> {
  const answer = await fetch(`${api.url}/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: api.url },
    body: new URLSearchParams({ key: keys.api }),
  });
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
}

async function request({ url }: ApiProcess, path: string, cookie: string): Promise<number> {
  const answer = await fetch(`${url}${path}`, { headers: { cookie } });
  const body = await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`${path} was answered with ${answer.status}`);
  return body.byteLength;
}

async function look(api: ApiProcess, cookie: string, name: string, path: string): Promise<Row> {
  const bytes = await request(api, path, cookie);
  const times: number[] = [];
  const before = await ofProcess(api.pid);
  for (let one = 0; one < looks; one += 1) {
    const began = performance.now();
    await request(api, path, cookie);
    times.push(performance.now() - began);
  }
  const processorMs = ((await ofProcess(api.pid)) - before) / looks;
  return {
    measured: `${name}, median`,
    is:
      `${median(times).toFixed(1)} ms, of it ${processorMs.toFixed(1)} ms of processor time; ` +
      `${(bytes / 1_000).toFixed(1)} KB`,
    wanted: '20 ms or less, 60 KB or less',
  };
}

async function watch(api: ApiProcess, stack: BenchStack): Promise<Use> {
  const readTimes = async () => {
    const [replica, { postgres, redis, qdrant }] = await Promise.all([
      ofProcess(api.pid),
      stack.processorTime(),
    ]);
    return { atMs: performance.now(), replica, stores: postgres + redis + qdrant };
  };
  const before = await readTimes();
  await pause(watchedMs);
  const after = await readTimes();
  const percent = (usedMs: number): number => (100 * usedMs) / (after.atMs - before.atMs);
  return {
    replica: percent(after.replica - before.replica),
    stores: percent(after.stores - before.stores),
  };
}
