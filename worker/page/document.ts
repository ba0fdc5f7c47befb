import type { FastifyInstance } from 'fastify';

import { documentNotFound, requireDocumentId } from '../api/document-address.ts';
import type { OfDocument } from '../api/document-address.ts';
import { readJobInTime } from '../api/document-job.ts';
import { readChunkPage, readRuns, readVersions } from '../records/document-history.ts';
import { readDocumentStatus } from '../records/document-status.ts';
import type { DocumentStatus } from '../records/document-status.ts';
import { describeChunks, describeRuns, describeVersions } from './document-parts.ts';
import { doneNotice } from './done.ts';
import {
  address,
  button,
  codeLink,
  crawlAddress,
  documentAddress,
  duration,
  explainCode,
  facts,
  foreign,
  linkOut,
  notice,
  quote,
  stateBadge,
  timeWithAge,
} from './elements.ts';
import { isReadOnly } from './guard.ts';
import { html } from './html.ts';
import type { Html, Part } from './html.ts';
import { readParameters, screenOptions } from './screen.ts';
import type { ScreenParts } from './screen.ts';

const shown = { chunks: 20, runs: 20, versions: 20 };
const liveSeconds = 3;

/** One document: how far it is, and what became of it. */
export async function addDocumentScreen(
  app: FastifyInstance,
  { services, gate, show }: ScreenParts,
): Promise<void> {
  const { pool } = services;
  app.get<OfDocument>(
    '/documents/:id',
    screenOptions('read', [gate.enter]),
    async (request, reply) => {
      const { id } = request.params;
      requireDocumentId(id);
      const { from, before, done } = readParameters(request);
      const firstChunk = readNumber(from, 0);
      const [document, job, chunks, runs, versions] = await Promise.all([
        readDocumentStatus(pool, id),
        readJobInTime(services, id),
        readChunkPage(pool, id, firstChunk, shown.chunks + 1),
        readRuns(pool, id, readNumber(before, Number.MAX_SAFE_INTEGER), shown.runs + 1),
        readVersions(pool, id, shown.versions),
      ]);
      if (document === undefined) throw documentNotFound();
      const { state, title, url } = document;
      return show(request, reply, {
        title: title || url,
        section: 'documents',
        ...((state === 'pending' || state === 'keyword-searchable') && { liveSeconds }),
        content: [
          doneNotice(done),
          describeFailure(document),
          describeState(document, job),
          !isReadOnly(request) && offerActions(document),
          describeChunks(id, chunks?.items ?? [], firstChunk, shown.chunks),
          describeRuns(id, runs ?? [], before !== undefined, shown.runs),
          describeVersions(versions, document),
        ],
      });
    },
  );
}

/** What no number is, or is too large, is the usual place. */
function readNumber(given: string | undefined, usual: number): number {
  return given !== undefined && /^\d{1,9}$/.test(given) ? Number(given) : usual;
}

function describeFailure({ failure, findable }: DocumentStatus): Html | undefined {
  if (failure === null) return undefined;
  const { stage, code, reason } = failure;
  const found = [findable.keyword && 'words', findable.meaning && 'meaning'].filter(Boolean);
  return notice(
    'bad',
    html`<p><strong>It failed in the ${stage} stage.</strong> ${codeLink(code)}</p>
      ${explainCode(code)} ${reason !== null && html`<div>Reason: ${quote(reason)}</div>`}
      ${found.length > 0 && html`<p>It is still found by ${found.join(' and ')}, as it was before.</p>`}`,
  );
}

type Job = Awaited<ReturnType<typeof readJobInTime>>;

function describeState(document: DocumentStatus, job: Job): Html {
  const { url, state, findable, times, language, country, isMobile } = document;
  const { description, source, crawlId } = document;
  const kind = isMobile === true ? 'for phones' : 'for desktops';
  return html`<section class="card" aria-label="State">
    ${facts({
      State: stateBadge(state),
      Address: linkOut(url),
      Description: description && foreign(description),
      Received: timeWithAge(times.receivedAt),
      'Found by words': describeReached(times.keywordAt, times.receivedAt, findable.keyword),
      'Found by meaning': describeReached(times.indexedAt, times.receivedAt, findable.meaning),
      Job: describeJob(job),
      Language: language,
      Country: country,
      Page: isMobile === null ? undefined : kind,
      Host: html`<a href="${address('/documents', { host: hostOf(url) })}"
        >${foreign(hostOf(url))}</a
      >`,
      Source: source && foreign(source),
      Crawl:
        crawlId &&
        html`<a href="${crawlAddress(crawlId)}">${foreign(crawlId)}</a>,
          <a href="${address('/documents', { crawl: crawlId })}">its documents</a>`,
    })}
  </section>`;
}

/** When this version could be found in a way, and how long after it came in. */
function describeReached(at: string | null, receivedAt: string, isFound: boolean): Html {
  if (at === null)
    return isFound
      ? html`<span class="soft">not yet; the version before is found</span>`
      : html`<span class="soft">not yet</span>`;
  const afterMs = new Date(at).getTime() - new Date(receivedAt).getTime();
  const after = afterMs < 10_000 ? `${Math.round(afterMs)} ms` : duration(afterMs / 1_000);
  return html`${timeWithAge(at)} <span class="soft">after ${after}</span>`;
}

function describeJob(job: Job): Part {
  if (job === undefined) return html`<span class="soft">not known while Redis is away</span>`;
  if (job === null) return undefined;
  const { stage, state, attempt, dueInSeconds, worker } = job;
  const words = [
    `${state} in ${stage}`,
    attempt !== null && `attempt ${attempt}`,
    dueInSeconds !== null && `goes on in ${duration(dueInSeconds)}`,
    worker !== null && `by ${worker}`,
  ];
  return words.filter(Boolean).join(', ');
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}

function offerActions({ id, state }: DocumentStatus): Html {
  const to = documentAddress(id);
  return html`<div class="actions" role="group" aria-label="What can be done">
    ${(state === 'failed' || state === 'cancelled') && button(`${to}/retry`, 'Retry', 'first')}
    ${button(`${to}/reindex`, 'Index again')}
    <details>
      <summary>Delete</summary>
      <p>It is deleted from Postgres at once, and from both indexes within seconds.</p>
      ${button(`${to}/delete`, 'Delete this document', 'danger')}
    </details>
  </div>`;
}
