import { setTimeout as wait } from 'node:timers/promises';

import type { Settings } from '../../settings.ts';
import { runbookAddress } from '../../shared/runbook.ts';
import { addSilence, addTestAlert, endSilence, readDeliveries } from './alertmanager.ts';
import type { Deliveries } from './alertmanager.ts';

/** A kind of receiver as Alertmanager counts it, and whether all of it took the alarm. */
export interface Tried {
  readonly receiver: 'webhook' | 'email' | 'slack';
  /** As the settings name them. */
  readonly settings: string;
  readonly ok: boolean;
}

/** Longer than Alertmanager waits for an answer once. */
const defaultLimitMs = 30_000;
const pauseMs = 500;

/** So long at most there is no sign of life, also where this process is killed. */
const quietFor = '1m';

/** @returns by kind, the settings of the receivers of critical alarms */
function listReceivers({
  receivers,
}: Pick<Settings, 'receivers'>): Partial<Record<Tried['receiver'], readonly string[]>> {
  const hooks = (['ntfyUrl', 'alertUrl'] as const).filter((key) => receivers[key] !== undefined);
  return {
    ...(hooks.length > 0 && { webhook: hooks }),
    ...(receivers.mailHost !== undefined && { email: ['mailHost'] }),
    ...(receivers.slackUrl !== undefined && { slack: ['slackUrl'] }),
  };
}

/**
 * Sends an alarm to all receivers, and waits until each has taken it.
 *
 * @param container of Alertmanager
 */
export async function testReceivers(
  container: string,
  settings: Settings,
  limitMs = defaultLimitMs,
): Promise<Tried[]> {
  const { heartbeatUrl } = settings.receivers;
  if (heartbeatUrl === undefined) return sendAndCount(container, settings, limitMs);
  // Alertmanager counts all webhooks together: the sign of life would count as the alarm.
  const matcher = 'alertname="PulseWatchdog"';
  const id = await addSilence(container, matcher, quietFor, './pulse alerts test');
  try {
    return await sendAndCount(container, settings, limitMs);
  } finally {
    await endSilence(container, id);
  }
}

async function sendAndCount(
  container: string,
  settings: Settings,
  limitMs: number,
): Promise<Tried[]> {
  const receivers = Object.entries(listReceivers(settings));
  const before = await readDeliveries(container);
  const sent = new Date().toISOString();
  const { stack } = settings;
  await addTestAlert(
    container,
    // By the time it is another alarm than one of the last minutes, which is told once.
    { alertname: 'PulseTest', severity: 'critical', stack, host: 'this host', sent },
    {
      summary: `A test, sent at ${sent}: nothing is wrong.`,
      runbook: runbookAddress('PulseTest', settings.frontDoor.publicUrl),
    },
  );
  const deadlineMs = Date.now() + limitMs;
  for (;;) {
    const now = await readDeliveries(container);
    const tried = receivers.map(([receiver, names]) => ({
      receiver: receiver as Tried['receiver'],
      settings: names.join(', '),
      ok: countTaken(now, receiver) - countTaken(before, receiver) >= names.length,
    }));
    if (tried.every(({ ok }) => ok) || Date.now() > deadlineMs) return tried;
    await wait(pauseMs);
  }
}

function countTaken({ called, failed }: Deliveries, receiver: string): number {
  return (called[receiver] ?? 0) - (failed[receiver] ?? 0);
}
