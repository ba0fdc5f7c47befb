import type { FastifyInstance } from 'fastify';

import type { StackStatus } from '../operator/status.ts';
import { doneNotice } from './done.ts';
import { button, notice, timeWithAge } from './elements.ts';
import { isReadOnly } from './guard.ts';
import { html } from './html.ts';
import type { Part } from './html.ts';
import { readParameters, screenOptions } from './screen.ts';
import type { ScreenParts } from './screen.ts';
import { describeSenders } from './senders.ts';
import { listAlarms } from './status-alarms.ts';
import { describeCanary, listChecks } from './status-checks.ts';
import { listFaults } from './status-faults.ts';
import { listVolumes, listWorkers } from './status-parts.ts';

const liveSeconds = 10;

/**
 * How the stack is, as this replica saw it last: whoever looks costs no store anything. It is shown
 * whatever is away.
 */
export async function addStatusScreen(
  app: FastifyInstance,
  { settings, lookedUp, show }: ScreenParts,
): Promise<void> {
  app.get('/status', screenOptions('read'), (request, reply) => {
    const status = lookedUp();
    const origin = `${request.protocol}://${request.host}`;
    return show(request, reply, {
      title: 'Status',
      section: 'status',
      liveSeconds,
      content: html`${doneNotice(readParameters(request)['done'])}
      ${status === undefined ? notYet : describe(status, !isReadOnly(request))}
      ${describeSenders(settings, origin, status?.deliveries ?? undefined)}`,
    });
  });
}

const notYet = notice(
  'none',
  html`<p>This replica has not looked at the stack yet. It does within seconds.</p>`,
);

function describe(status: StackStatus, canWrite: boolean): Part {
  return html`<p class="soft">Seen ${timeWithAge(status.at)}</p>
    ${listFaults(status)}
    ${canWrite && html`<div class="actions">${button('/status/verify', 'Verify now')}</div>`}
    ${listAlarms(status)} ${describeCanary(status.canary)} ${listChecks(status.checks)}
    ${listWorkers(status.workers)} ${listVolumes(status.volumes)}`;
}
