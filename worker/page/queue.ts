import type { FastifyInstance } from 'fastify';

import { parseInput } from '../api/input.ts';
import { jobsQuery } from '../api/queue-contracts.ts';
import { listJobs } from '../operator/listing.ts';
import type { ListState } from '../operator/listing.ts';
import { reportQueues } from '../operator/queue-report.ts';
import { readOperatorSettings } from '../operator/settings.ts';
import { countFailures } from '../records/failures.ts';
import { drawChart } from './chart.ts';
import { doneNotice } from './done.ts';
import { select } from './elements.ts';
import { isReadOnly } from './guard.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import {
  describeMovement,
  describeOrders,
  listCounts,
  listDocumentsOfQueue,
  listFailures,
} from './queue-parts.ts';
import { readParameters, screenOptions } from './screen.ts';
import type { ScreenParts } from './screen.ts';

const liveSeconds = 5;
/** Of each state and queue. */
const shownJobs = 50;
const states = ['active', 'waiting', 'delayed', 'failed', 'cancelled'] as const;

/** The queues: whether they move, why not, and what an operator does about it. */
export async function addQueueScreen(
  app: FastifyInstance,
  { services, gate, show }: ScreenParts,
): Promise<void> {
  const { pool } = services;

  app.get('/queue', screenOptions('read', [gate.enter]), async (request, reply) => {
    const { done } = readParameters(request);
    const [report, failures, orders] = await Promise.all([
      reportQueues(services),
      countFailures(pool),
      readOperatorSettings(services),
    ]);
    const canWrite = !isReadOnly(request);
    return show(request, reply, {
      title: 'Queue',
      section: 'queue',
      liveSeconds,
      content: [
        doneNotice(done),
        describeMovement(report),
        listCounts(report),
        canWrite && describeOrders(orders),
        html`<div class="halves">
          ${drawChart({ title: 'Documents that are not done', points: report.depth })}
          ${drawChart({ title: 'Jobs that ended well, by the minute', points: report.throughput })}
        </div>`,
        listFailures(failures, canWrite),
      ],
    });
  });

  app.get('/queue/jobs', screenOptions('read', [gate.enter]), async (request, reply) => {
    const query = readParameters(request);
    const { state, code } = parseInput(jobsQuery, query);
    const wanted: readonly ListState[] =
      state === undefined ? ['active', 'waiting', 'delayed'] : [state];
    const jobs = await listJobs(services, { states: wanted, code }, shownJobs);
    return show(request, reply, {
      title: 'Documents that are not done',
      section: 'queue',
      content: [writeFilters(state), listDocumentsOfQueue(jobs, shownJobs)],
    });
  });
}

function writeFilters(state: string | undefined): Html {
  const choices = [
    { value: '', text: 'Active, waiting, delayed' },
    ...states.map((value) => ({ value, text: value })),
  ];
  return html`<form action="/queue/jobs" method="get" class="row card">
    ${select('state', 'State', state, choices)}<button>Filter</button>
    <a class="button" href="/queue">The queues</a>
  </form>`;
}
