import type { QueueName } from '../../shared/queue-names.ts';
import type { QueueCounts } from '../operator/counts.ts';
import type { ListedDocument } from '../operator/listing.ts';
import type { QueueReport } from '../operator/queue-report.ts';
import type { OperatorSettings } from '../operator/settings.ts';
import type { FailureGroup } from '../records/failures.ts';
import {
  address,
  badge,
  button,
  codeLink,
  count,
  documentAddress,
  duration,
  explainCode,
  foreign,
  notice,
  quote,
  table,
  time,
} from './elements.ts';
import { html } from './html.ts';
import type { Html, Part } from './html.ts';

/** Whether documents move on, and what a person does when they do not. */
export function describeMovement({
  why,
  oldestSeconds,
  queues,
}: Pick<QueueReport, 'why' | 'oldestSeconds' | 'queues'>): Html {
  const { moving, reason, code } = why;
  const hasFailed = Object.values(queues).some(({ failed }) => failed > 0);
  const oldest =
    oldestSeconds !== null &&
    html`<p>The document that has waited longest came in ${duration(oldestSeconds)} ago.</p>`;
  return notice(
    moving && !hasFailed ? 'good' : 'warn',
    html`<p>
        <strong><bdi>${reason}</bdi></strong>
      </p>
      ${oldest}${!moving && explainCode(code)}`,
  );
}

type Row = readonly [name: string, counts: QueueCounts];

/** Each number leads to its documents. */
export function listCounts({ queues }: Pick<QueueReport, 'queues'>): Html {
  const rows = Object.entries(queues) as [QueueName, QueueCounts][];
  const cell = (state: 'active' | 'waiting' | 'delayed' | 'failed') => ({
    title: `${state[0]?.toUpperCase()}${state.slice(1)}`,
    kind: state === 'delayed' ? ('wide number' as const) : ('number' as const),
    cell: ([, counts]: Row): Part =>
      html`<a href="${address('/queue/jobs', { state })}">${count(counts[state])}</a>`,
  });
  return table<Row>(
    'Documents of each queue',
    [
      {
        title: 'Queue',
        cell: ([name, { paused }]) => html`${name} ${paused && badge('paused', 'warn')}`,
      },
      cell('active'),
      cell('waiting'),
      cell('delayed'),
      cell('failed'),
      { title: 'Limit', kind: 'wide number', cell: ([, { limit }]) => limit ?? 'none' },
    ],
    rows,
  );
}

/** What an operator can have done with all jobs. */
export function describeOrders({ paused, limit }: OperatorSettings): Html {
  return html`<div class="actions" role="group" aria-label="What can be done">
    ${paused ? button('/queue/resume', 'Resume', 'first') : button('/queue/pause', 'Pause')}
    <details>
      <summary>Limit of jobs: ${limit ?? 'none'}</summary>
      <form method="post" action="/queue/limit" class="row">
        <div class="field">
          <label for="limit">Jobs of each queue that all workers together work on</label>
          <input
            id="limit"
            name="limit"
            type="number"
            min="1"
            max="1000000"
            value="${limit ?? ''}"
          />
        </div>
        <button name="to" value="number">Set</button>
        <button name="to" value="none">No limit</button>
        <button name="to" value="default">As the stack says</button>
      </form>
    </details>
  </div>`;
}

/** What failed, by reason, with what to do about each. */
export function listFailures(groups: readonly FailureGroup[], canWrite: boolean): Html {
  const all = groups.reduce((sum, { documents }) => sum + documents, 0);
  if (all === 0)
    return html`<section aria-labelledby="failed">
      <h2 id="failed">Failed</h2>
      <p class="soft">None.</p>
    </section>`;
  const failed = (code: string | null): string => address('/documents', { state: 'failed', code });
  return html`<section aria-labelledby="failed">
    <h2 id="failed">Failed</h2>
    ${
      canWrite &&
      html`<div class="actions">
        ${button('/queue/retry', `Retry all ${count(all)}`, '', html`<input type="hidden" name="all" value="true" />`)}
      </div>`
    }
    ${table<FailureGroup>(
      'Documents by the code with which they failed',
      [
        {
          title: 'Code',
          cell: ({ code }) =>
            html`${codeLink(code)}
              <div class="under">${explainCode(code)}</div>
              ${canWrite && code !== null && retryGroup(code)}`,
        },
        {
          title: 'Documents',
          kind: 'number',
          cell: ({ code, documents }) => html`<a href="${failed(code)}">${count(documents)}</a>`,
        },
        { title: 'Newest', kind: 'wide', cell: ({ newestAt }) => time(newestAt) },
      ],
      groups,
    )}
  </section>`;
}

function retryGroup(code: string): Html {
  return button(
    '/queue/retry',
    `Retry ${code}`,
    '',
    html`<input type="hidden" name="code" value="${code}" />`,
  );
}

export function listDocumentsOfQueue(jobs: readonly ListedDocument[], limit: number): Html {
  if (jobs.length === 0) return html`<p>None.</p>`;
  return table<ListedDocument>(
    `At most ${limit} of each state and queue`,
    [
      {
        title: 'Document',
        cell: ({ documentId, url }) =>
          html`<a href="${documentAddress(documentId)}">${foreign(url)}</a>`,
      },
      {
        title: 'State',
        cell: ({ state, queue }) => html`${state}<span class="under">${queue}</span>`,
      },
      { title: 'For', kind: 'wide number', cell: ({ ageSeconds }) => duration(ageSeconds) },
      { title: 'Attempt', kind: 'wide', cell: ({ attempt }) => attempt },
      {
        title: 'Goes on in',
        kind: 'wide number',
        cell: ({ dueInSeconds }) => dueInSeconds !== null && duration(dueInSeconds),
      },
      { title: 'Worker', kind: 'wide', cell: ({ worker }) => worker },
      {
        title: 'Last failure',
        cell: ({ code, reason }) =>
          code !== null &&
          html`${codeLink(code)}${reason !== null && html`<div class="under">${quote(reason)}</div>`}`,
      },
    ],
    jobs,
  );
}
