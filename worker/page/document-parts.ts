/** The lists of one document: its chunks, what became of it, its versions. */
import type { StoredChunk } from '../documents/version.ts';
import type { KeptVersion, Run } from '../records/document-history.ts';
import type { DocumentStatus } from '../records/document-status.ts';
import type { TimedStep } from '../records/timings.ts';
import {
  address,
  badge,
  codeLink,
  count,
  documentAddress,
  foreign,
  pager,
  quote,
  stateBadge,
  table,
  time,
} from './elements.ts';
import { html } from './html.ts';
import type { Html, Part } from './html.ts';

export function describeChunks(
  id: string,
  read: readonly StoredChunk[],
  from: number,
  limit: number,
): Html {
  const chunks = read.slice(0, limit);
  const next = read[limit];
  const to = documentAddress(id);
  return html`<section aria-labelledby="chunks">
    <h2 id="chunks">Chunks</h2>
    ${chunks.length === 0 && html`<p class="soft">${from > 0 ? 'None from here on.' : 'None yet.'}</p>`}
    ${chunks.map(
      ({ index, headings, prefix, text }) =>
        html`<article class="card" id="chunk-${index}">
          <p class="crumbs">
            ${count(index + 1)}${headings.length > 0 && html` · <bdi>${headings.join(' › ')}</bdi>`}
          </p>
          ${prefix !== undefined && html`<p class="text small soft"><bdi>${prefix}</bdi></p>`}
          <p class="text"><bdi>${text}</bdi></p>
        </article>`,
    )}
    ${pager(
      from > 0 ? `${to}#chunks` : undefined,
      next === undefined ? undefined : `${address(to, { from: next.index })}#chunks`,
      'chunks',
    )}
  </section>`;
}

const outcomes: Readonly<Record<Run['outcome'], Part>> = {
  done: badge('done', 'good'),
  superseded: badge('superseded', 'none'),
  again: badge('again', 'warn'),
  failed: badge('failed', 'bad'),
};
const steps: readonly TimedStep[] = ['clean', 'chunk', 'keyword', 'embed', 'upsert'];

export function describeRuns(
  id: string,
  read: readonly Run[],
  isLater: boolean,
  limit: number,
): Html {
  const runs = read.slice(0, limit);
  const to = documentAddress(id);
  const last = runs.at(-1);
  return html`<section aria-labelledby="runs">
    <h2 id="runs">Runs</h2>
    ${
      runs.length === 0
        ? html`<p class="soft">None yet.</p>`
        : table<Run>(
            'Each time that a stage ended, the newest first',
            [
              { title: 'Ended', cell: ({ finishedAt }) => time(finishedAt) },
              { title: 'Stage', cell: ({ stage }) => stage },
              {
                title: 'Outcome',
                cell: ({ outcome, code, reason }) =>
                  html`${outcomes[outcome]}
                  ${code !== null && codeLink(code)}${
                    reason !== null && html`<div class="under">${quote(reason)}</div>`
                  }`,
              },
              { title: 'Steps', kind: 'wide', cell: ({ timings }) => describeSteps(timings) },
              { title: 'Worker', kind: 'wide', cell: ({ worker }) => foreign(worker) },
              { title: 'Version', kind: 'wide number', cell: ({ versionId }) => versionId },
            ],
            runs,
          )
    }
    ${pager(
      isLater ? `${to}#runs` : undefined,
      read.length > limit ? `${address(to, { before: last?.id })}#runs` : undefined,
      'runs',
    )}
  </section>`;
}

/** As `chunk 4 ms, keyword 2 ms`. */
function describeSteps(timings: Run['timings']): string {
  return steps
    .flatMap((step) => {
      const ms = timings[step];
      return ms === undefined ? [] : [`${step} ${ms < 10 ? ms : Math.round(ms)} ms`];
    })
    .join(', ');
}

export function describeVersions(
  versions: readonly KeptVersion[],
  { versions: all, versionId: latest }: DocumentStatus,
): Html {
  return html`<section aria-labelledby="versions">
    <h2 id="versions">Versions</h2>
    ${table<KeptVersion>(
      all > versions.length ? `The newest ${versions.length} of ${count(all)}` : 'The newest first',
      [
        {
          title: 'Version',
          cell: ({ id }) => html`${id}${id === latest && html` <span class="soft">latest</span>`}`,
        },
        {
          title: 'State',
          cell: ({ state, code }) => html`${stateBadge(state)} ${code !== null && codeLink(code)}`,
        },
        { title: 'Received', cell: ({ receivedAt }) => time(receivedAt) },
        {
          title: 'Found by words',
          kind: 'wide',
          cell: ({ keywordAt }) => keywordAt && time(keywordAt),
        },
        {
          title: 'Found by meaning',
          kind: 'wide',
          cell: ({ indexedAt }) => indexedAt && time(indexedAt),
        },
      ],
      versions,
    )}
  </section>`;
}
