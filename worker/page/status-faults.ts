import type { StackStatus } from '../operator/status.ts';
import { codeLink, count, explainCode, notice, quote, timeWithAge } from './elements.ts';
import { html } from './html.ts';
import type { Html, Part } from './html.ts';

/** Less than this share of a volume that is free is told. */
const leastFree = 0.1;

/** What is wrong now, each with what to do. It is the first that an operator reads. */
export function listFaults(status: StackStatus): Html {
  const faults = [
    ...findFaultsOfCanary(status),
    ...findFaultsOfChecks(status),
    ...findFaultsOfQueue(status),
    ...findFaultsOfVolumes(status),
    ...status.unknown.map(({ part, code }) => tell(html`${part}: not known`, code)),
  ];
  return html`<section aria-label="What is wrong now">
    ${faults.length === 0 ? notice('good', html`<p><strong>Nothing is wrong.</strong></p>`) : faults}
  </section>`;
}

function tell(what: Part, code: string | null, more?: Part): Html {
  return notice(
    'bad',
    html`<p><strong>${what}</strong> ${code !== null && codeLink(code)}</p>
      ${more}${explainCode(code)}`,
  );
}

function findFaultsOfChecks({ checks }: StackStatus): Html[] {
  return checks
    .filter(({ ok }) => !ok)
    .map(({ name, code, problem }) =>
      tell(name, code, problem !== null && html`<div>${quote(problem)}</div>`),
    );
}

function findFaultsOfCanary({ canary }: StackStatus): Html[] {
  if (canary === null || (canary.state !== 'failed' && canary.state !== 'overdue')) return [];
  const { passedAt, problem, state } = canary;
  const last = html`<p>One came through last: ${timeWithAge(passedAt)}</p>`;
  const why = problem !== null && html`<div>${quote(problem)}</div>`;
  return [tell(`The canary is ${state}`, null, html`${why}${last}`)];
}

function findFaultsOfQueue({ queue }: StackStatus): Html[] {
  if (queue === null || queue.why.moving) return [];
  return [
    tell(html`<a href="/queue">The queue</a>: <bdi>${queue.why.reason}</bdi>`, queue.why.code),
  ];
}

function findFaultsOfVolumes({ volumes }: StackStatus): Html[] {
  return (volumes ?? [])
    .filter(({ sizeBytes, freeBytes }) => freeBytes < sizeBytes * leastFree)
    .map(({ volume, sizeBytes, freeBytes }) =>
      tell(
        `The file system of the volume ${volume} has ${count(Math.round((100 * freeBytes) / sizeBytes))} % free`,
        null,
      ),
    );
}
