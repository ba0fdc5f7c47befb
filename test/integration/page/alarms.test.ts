import { beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';

import { alertRules } from '../../../components/alert-rules.ts';
import { parseSettings } from '../../../settings/parse.ts';
import { keys } from '../../harness/api-process.ts';
import type { ApiProcess } from '../../harness/api-process.ts';
import { eventually } from '../../harness/eventually.ts';
import { startAlertmanager } from '../../harness/monitors.ts';
import { reservePort } from '../../harness/reserve-port.ts';
import { openTestStack } from '../../harness/test-stack.ts';

const { receivers } = parseSettings('test', { gpuHost: 'embedded', monitoring: 'own' });
interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string;
      readonly annotations: { readonly runbook: string };
    }[];
  }[];
}

const common = { stack: 'test', host: 'here' };
const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
const alertOf = (alertname: string, severity: string, summary: string) => ({
  labels: { ...common, alertname, severity },
  annotations: { summary },
});

async function readStatus(api: ApiProcess): Promise<string> {
  await eventually('a look at the stack', async () => {
    expect((await api.ask('/api/status')).status).toBe(200);
  });
  const { headers } = await fetch(`${api.url}/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: api.url },
    body: new URLSearchParams({ key: keys.search }),
  });
  const cookie = headers.get('set-cookie')?.split(';')[0] ?? '';
  return (await fetch(`${api.url}/status`, { headers: { cookie } })).text();
}

let stack: Awaited<ReturnType<typeof openTestStack>>;
beforeAll(async () => {
  stack = await openTestStack();
  return () => stack[Symbol.asyncDispose]();
});

test('the status shows what Alertmanager has: what fires, what is silenced and until when', async () => {
  await using alertmanager = await startAlertmanager({ receivers, speed: 1 });
  const post = async (path: string, body: unknown) => {
    const headers = { 'content-type': 'application/json' };
    const sent = { method: 'POST', headers, body: JSON.stringify(body) };
    expect((await fetch(`${alertmanager.url}/api/v2/${path}`, sent)).status).toBe(200);
  };
  await post('silences', {
    matchers: [{ name: 'alertname', value: 'PulseVolumeFilling', isRegex: false }],
    startsAt: new Date().toISOString(),
    endsAt: inAnHour,
    createdBy: 'pulse',
    comment: 'a <b>larger</b> disk comes',
  });
  await post('alerts', [
    alertOf('PulseStoreDown', 'critical', 'postgres is away.'),
    alertOf('PulseQueueBlocked', 'warning', 'It follows.'),
    alertOf('PulseVolumeFilling', 'warning', 'The volume bm25 fills up.'),
    alertOf('PulseWatchdog', 'none', 'It always fires.'),
  ]);
  // Which alarm follows from which it works out after they have come in.
  await eventually('alarms that were looked at', async () => {
    const alerts = await (await fetch(`${alertmanager.url}/api/v2/alerts`)).json();
    expect(alerts).toHaveLength(4);
    expect(alerts).not.toContainEqual(
      expect.objectContaining({ status: expect.objectContaining({ state: 'unprocessed' }) }),
    );
    expect(alerts).toContainEqual(
      expect.objectContaining({
        labels: expect.objectContaining({ alertname: 'PulseQueueBlocked' }),
        status: expect.objectContaining({ inhibitedBy: [expect.any(String)] }),
      }),
    );
  });
  await using api = await stack.api({ WEBHOOK_ALERTMANAGER_URL: alertmanager.url });
  // A look at the stack leaves out what does not answer in time.
  await eventually('a look that has the alarms', async () =>
    expect((await api.ask('/api/status')).body['alarms']).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ name: 'PulseStoreDown', told: 'yes', silencedUntil: null }),
        expect.objectContaining({ name: 'PulseQueueBlocked', told: 'follows' }),
        expect.objectContaining({ told: 'silenced', silencedUntil: inAnHour }),
      ]),
      silences: [{ comment: 'a <b>larger</b> disk comes', until: inAnHour }],
    }),
  );
  const text = await readStatus(api);
  expect(text).toContain('The volume bm25 fills up.');
  expect(text).toContain(`datetime="${inAnHour}"`);
  expect(text).toContain('a &#60;b&#62;larger&#60;/b&#62; disk comes');
  expect(text).not.toContain('PulseWatchdog');
});

test('an Alertmanager that is away is told, and everything else is shown as without one', async () => {
  const [away, none] = await Promise.all([
    stack.api({ WEBHOOK_ALERTMANAGER_URL: `http://127.0.0.1:${await reservePort()}` }),
    stack.api(),
  ]);
  const headingsIn = (text: string) =>
    [...text.matchAll(/<h2 id="(\w+)"/g)].map(([, heading]) => heading);
  const [text, withoutOne] = [await readStatus(away), await readStatus(none)];
  expect(text).toContain('href="/codes/ALERTMANAGER_AWAY"');
  expect(headingsIn(withoutOne)).not.toContain('alarms');
  expect(headingsIn(text)).toEqual(['alarms', ...headingsIn(withoutOne)]);
});

test('every rule leads to a screen that says what to do, for whoever is called', async () => {
  await using api = await stack.api();
  const rules = parse(
    alertRules({ gpuHostAwaySeconds: 600, sourceSilentSeconds: 600, publicUrl: api.url }),
  ) as Rules;
  const named = rules.groups.flatMap((group) => group.rules);
  expect(named.length).toBeGreaterThan(20);
  for (const { alert, annotations } of named) {
    const answer = await fetch(annotations.runbook);
    expect([alert, answer.status]).toEqual([alert, 200]);
    expect(await answer.text()).toContain(`<h1><bdi>${alert}</bdi></h1>`);
  }
  expect((await fetch(`${api.url}/runbook/PulseNothing`)).status).toBe(404);
});
