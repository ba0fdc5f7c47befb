import { setTimeout as pause } from 'node:timers/promises';

import { keys, startApi } from '../../test/harness/api-process.ts';
import type { ApiProcess } from '../../test/harness/api-process.ts';
import { eventually } from '../../test/harness/eventually.ts';
import { median } from '../median.ts';
import { ofProcess } from '../processor-time.ts';
import type { Bench, Row } from '../row.ts';
import { openBenchStack } from '../worker/stack.ts';

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
  const idle = await watch(api, () => Promise.resolve());
  report(`a tab with the status for ${watchedMs / 60_000} minutes`);
  const withTab = await watch(api, () => request(api, '/status', cookie, { 'hx-request': 'true' }));
  return [
    ...rows,
    { measured: 'a replica that nobody asks', is: `${idle.toFixed(2)} % of a core`, wanted: '' },
    {
      measured: 'the same with a tab of the status open',
      is: `${withTab.toFixed(2)} % of a core`,
      wanted: '0.5 % more, or less',
    },
  ];
};

async function logIn(api: ApiProcess): Promise<string> {
  const answer = await fetch(`${api.url}/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: api.url },
    body: new URLSearchParams({ key: keys.api }),
  });
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
}

async function request(
  { url }: ApiProcess,
  path: string,
  cookie: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> {
  const answer = await fetch(`${url}${path}`, { headers: { cookie, ...headers } });
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

/** @returns what the replica used meanwhile, percent of a core */
async function watch(api: ApiProcess, ask: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  const before = await ofProcess(api.pid);
  while (performance.now() - began < watchedMs) {
    await ask();
    await pause(tabEveryMs);
  }
  return (100 * ((await ofProcess(api.pid)) - before)) / (performance.now() - began);
}
