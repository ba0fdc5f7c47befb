import { setTimeout as wait } from 'node:timers/promises';

import type { Settings } from '../../settings.ts';
import { runbookAddress } from '../../shared/runbook.ts';
import { addTestAlert, readDeliveries } from './alertmanager.ts';
import type { Deliveries } from './alertmanager.ts';

/** A kind of receiver as Alertmanager counts it, and whether all of it took the alarm. */
export interface Tried {
  readonly receiver: 'webhook' | 'email' | 'slack';
  /** As the settings name them. */
  readonly settings: string;
  readonly ok: boolean;
}

/** Longer than Alertmanager waits for an answer once. */
const limitMs = 30_000;
const pauseMs = 500;

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
export async function testReceivers(container: string, settings: Settings): Promise<Tried[]> {
  const receivers = Object.entries(listReceivers(settings));
  const before = await readDeliveries(container);
  const summary = `A test, sent at ${new Date().toISOString()}: nothing is wrong.`;
  await addTestAlert(
    container,
    { alertname: 'PulseTest', severity: 'critical', stack: settings.stack, host: 'this host' },
    { summary, runbook: runbookAddress('PulseTest', settings.frontDoor.publicUrl) },
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
