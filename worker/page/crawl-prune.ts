import type { FastifyInstance } from 'fastify';

import { crawlNotFound, requireCrawlName } from '../api/crawl-address.ts';
import type { OfCrawl } from '../api/crawl-address.ts';
import { pruneBody } from '../api/crawl-contracts.ts';
import { parseInput } from '../api/input.ts';
import { askerOf } from '../api/keys.ts';
import { timeLimitsMs } from '../api/limits.ts';
import { PulseError } from '../errors.ts';
import { lookAtPrune, pruneCrawl } from '../operator/crawls.ts';
import type { PruneLook, PrunePlan } from '../operator/crawls.ts';
import type { UnseenOfHost } from '../records/unseen-documents.ts';
import type { Done } from './done.ts';
import {
  address,
  button,
  count,
  crawlAddress,
  describePlural,
  foreign,
  linkOut,
  notice,
  table,
} from './elements.ts';
import { isReadOnly } from './guard.ts';
import { html } from './html.ts';
import type { Html, Part } from './html.ts';
import { readForm, screenOptions } from './screen.ts';
import type { ScreenParts } from './screen.ts';

/** Documents that a crawl of their site has not seen: which they are, and their end. */
export async function addCrawlPrune(
  app: FastifyInstance,
  { services, enqueuer: { queues }, gate, show }: ScreenParts,
): Promise<void> {
  const { pool, removals, log } = services;

  app.get<OfCrawl>(
    '/crawls/:id/prune',
    screenOptions('read', [gate.enter]),
    async (request, reply) => {
      const { id } = request.params;
      requireCrawlName(id);
      const look = await lookAtPrune(pool, id);
      if (look === undefined) throw crawlNotFound();
      return show(request, reply, {
        title: 'Pages that have vanished',
        section: 'crawls',
        content: [describe(id, look, !isReadOnly(request)), wayBack(id)],
      });
    },
  );

  app.post<OfCrawl>(
    '/crawls/:id/prune',
    { ...screenOptions('write', [gate.enter]), handlerTimeout: timeLimitsMs.store },
    async (request, reply) => {
      const { id } = request.params;
      requireCrawlName(id);
      const { confirm } = parseInput(pruneBody, { confirm: Number(readForm(request)['confirm']) });
      const used = { pool, removals, queues, log };
      const pruned = await pruneCrawl(used, id, confirm, askerOf(request));
      if (pruned === undefined) throw crawlNotFound();
      if (pruned.outcome === 'refused')
        throw new PulseError('API_CONFLICT', 'final', pruned.reason);
      return reply.redirect(address(crawlAddress(id), { done: 'pruned' satisfies Done }), 303);
    },
  );
}

function describe(id: string, { refusal, plan }: PruneLook, canWrite: boolean): Part {
  return [
    refusal !== undefined &&
      notice('warn', html`<p>None of them can be deleted: <bdi>${refusal}</bdi>.</p>`),
    plan?.count === 0 && html`<p>None: the crawl has seen every document of its hosts.</p>`,
    plan !== undefined && plan.count > 0 && describePlan(plan),
    canWrite &&
      refusal === undefined &&
      plan !== undefined &&
      plan.count > 0 &&
      confirmation(id, plan),
  ];
}

function describePlan({ count: total, hosts, urls }: PrunePlan): Html {
  return html`<p>
      The crawl has not seen ${describePlural(total, 'document')} of its hosts that came in before
      it began.
    </p>
    ${table<UnseenOfHost>(
      'By host',
      [
        { title: 'Host', cell: ({ host }) => foreign(host) },
        { title: 'Not seen', kind: 'number', cell: ({ unseen }) => count(unseen) },
        { title: 'Documents', kind: 'number', cell: ({ documents }) => count(documents) },
      ],
      hosts,
    )}
    <ul>
      ${urls.map((url) => html`<li>${linkOut(url)}</li>`)}
      ${total > urls.length && html`<li class="soft">and ${count(total - urls.length)} more</li>`}
    </ul>`;
}

function confirmation(id: string, { count: total }: PrunePlan): Html {
  const confirmed = html`<input type="hidden" name="confirm" value="${total}" />`;
  const word = `Delete ${describePlural(total, 'document')}`;
  return html`<p>They are deleted from Postgres at once, and from both indexes within seconds.</p>
    <div class="actions">${button(`${crawlAddress(id)}/prune`, word, 'danger', confirmed)}</div>`;
}

function wayBack(id: string): Html {
  return html`<p><a href="${crawlAddress(id)}">Back to the crawl</a></p>`;
}
