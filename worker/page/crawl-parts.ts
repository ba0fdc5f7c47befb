import type { CrawlStatus, CrawlTimes, ListedPage, PageOutcome } from '../records/crawls.ts';
import {
  address,
  badge,
  button,
  codeLink,
  count,
  crawlAddress,
  documentAddress,
  explainCode,
  facts,
  figure,
  foreign,
  linkOut,
  milliseconds,
  notice,
  quote,
  stateBadge,
  table,
  time,
  timeWithAge,
} from './elements.ts';
import { html } from './html.ts';
import type { Html, Part } from './html.ts';

type ShownCrawl = CrawlStatus & { readonly times: CrawlTimes };

export function describeCrawl(crawl: ShownCrawl, canReconcile: boolean): Html {
  const { id, source, kind, state, reason, startedAt, endedAt, lastDeliveryAt, times } = crawl;
  return html`${describeMissing(crawl)} ${countPages(crawl)}
    <section class="card" aria-label="State">
      ${facts({
        State: stateBadge(state),
        Reason: reason && foreign(reason),
        Name: foreign(id),
        Sender: `${source}, ${kind}`,
        Started: timeWithAge(startedAt),
        Ended: endedAt && timeWithAge(endedAt),
        'Last delivery': timeWithAge(lastDeliveryAt),
        Reconciled: describeReconciled(crawl.reconciled),
        'To words, half within': times.p50ToKeywordMs && milliseconds(times.p50ToKeywordMs),
        'To meaning, 95 % within': times.p95ToIndexedMs && milliseconds(times.p95ToIndexedMs),
      })}
    </section>
    <div class="actions">
      ${canReconcile && button(`${crawlAddress(id)}/reconcile`, 'Ask for lost pages')}
      ${state === 'completed' && html`<a class="button" href="${crawlAddress(id)}/prune">Pages that have vanished</a>`}
    </div>`;
}

function describeMissing({ pages: { missing }, reconciled }: ShownCrawl): Part {
  const { code, problem, state } = reconciled;
  if (missing !== null && missing > 0)
    return notice(
      'bad',
      html`<p><strong>${count(missing)} pages have not arrived.</strong></p>
        ${explainCode(code)}`,
    );
  if (state !== 'incomplete' && state !== 'expired') return undefined;
  return notice(
    'warn',
    html`<div>${quote(problem ?? state)}</div>
      ${explainCode(code)}`,
  );
}

function describeReconciled({ at, state, problem, nextAt }: ShownCrawl['reconciled']): Html {
  return html`${stateBadge(state)}${at !== null && html` ${timeWithAge(at)}`}${
    nextAt !== null && html`, next ${time(nextAt)}`
  }
  ${problem !== null && html`<br /><bdi class="soft">${problem}</bdi>`}`;
}

/** Each number leads to its pages, or to the documents that came of them. */
function countPages({ id, pages }: ShownCrawl): Html {
  const ofOutcome = (outcome?: PageOutcome): string =>
    `${address(crawlAddress(id), { outcome })}#pages`;
  const ofState = (state: string): string => address('/documents', { crawl: id, state });
  return html`<ul class="figures">
    ${figure(pages.seen, 'seen', ofOutcome())}
    ${figure(pages.indexed, 'indexed', ofState('indexed'))}
    ${figure(pages.pending, 'wait', ofState('pending'))}
    ${figure(pages.notIndexed, 'not indexed', ofState('failed'))}
    ${figure(pages.unchanged, 'unchanged', ofOutcome('unchanged'))}
    ${figure(pages.failed, 'failed at the sender', ofOutcome('failed'))}
    ${figure(pages.rejected, 'no documents', ofOutcome('rejected'))}
    ${pages.older > 0 && figure(pages.older, 'came too late', ofOutcome('older'))}
  </ul>`;
}

const outcomeTones = { failed: 'bad', rejected: 'bad', accepted: 'good' } as const;

export function listPages(
  { id }: ShownCrawl,
  pages: readonly ListedPage[],
  outcome: PageOutcome | undefined,
): Html {
  return html`<section aria-labelledby="pages">
    <h2 id="pages">Pages</h2>
    ${outcome !== undefined && html`<p>Only ${outcome}. <a href="${crawlAddress(id)}#pages">All pages</a></p>`}
    ${
      pages.length === 0
        ? html`<p class="soft">None.</p>`
        : table<ListedPage>(
            'By address',
            [
              {
                title: 'Page',
                cell: ({ url, documentId }) =>
                  documentId === null
                    ? linkOut(url, url || 'without an address')
                    : html`<a href="${documentAddress(documentId)}">${foreign(url)}</a>`,
              },
              {
                title: 'Delivered',
                cell: ({ outcome: became, code, reason }) => {
                  const tone = outcomeTones[became as keyof typeof outcomeTones] ?? 'none';
                  return html`${badge(became, tone)}
                  ${code !== null && codeLink(code)}${
                    reason !== null && html`<div class="under">${quote(reason)}</div>`
                  }`;
                },
              },
              {
                title: 'Document',
                kind: 'wide',
                cell: ({ state }) => (state === null ? '–' : stateBadge(state)),
              },
              { title: 'At', kind: 'wide', cell: ({ at }) => time(at) },
            ],
            pages,
          )
    }
  </section>`;
}
