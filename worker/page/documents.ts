import type { FastifyInstance } from 'fastify';

import { writeCursor } from '../api/cursors.ts';
import { listQuery } from '../api/document-list-contracts.ts';
import { parseInput } from '../api/input.ts';
import { documentIdOf } from '../documents/document-id.ts';
import { listDocuments } from '../records/document-list.ts';
import type { ListedDocument } from '../records/document-list.ts';
import { documentStates } from '../records/document-status.ts';
import { doneNotice } from './done.ts';
import {
  address,
  codeLink,
  documentAddress,
  foreign,
  input,
  linkOut,
  pager,
  select,
  stateBadge,
  table,
  time,
} from './elements.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { readParameters, screenOptions } from './screen.ts';
import type { Query, ScreenParts } from './screen.ts';

const states = [
  { value: '', text: 'Any' },
  ...documentStates.map((state) => ({ value: state, text: state })),
];

/** All documents, the newest first. */
export async function addDocumentsScreen(
  app: FastifyInstance,
  { services: { pool }, gate, show }: ScreenParts,
): Promise<void> {
  app.get('/documents', screenOptions('read', [gate.enter]), async (request, reply) => {
    const { done, ...query } = readParameters(request);
    const { cursor, limit, url, ...filter } = parseInput(listQuery, query);
    const [createdAt = '', id = ''] = cursor ?? [];
    const { items, next } = await listDocuments(
      pool,
      { ...filter, documentId: url === undefined ? undefined : documentIdOf(url) },
      limit,
      cursor && { createdAt, id },
    );
    const following = next && writeCursor(`d${next.createdAt}`, next.id);
    return show(request, reply, {
      title: 'Documents',
      section: 'documents',
      content: html`${doneNotice(done)}${writeFilters(query)}${list(items, Object.keys(query).length > 0)}
      ${pager(
        query['cursor'] && address('/documents', { ...query, cursor: undefined }),
        following && address('/documents', { ...query, cursor: following }),
        'documents',
      )}`,
    });
  });
}

function writeFilters(query: Query): Html {
  return html`<form action="/documents" method="get" class="row card">
    ${select('state', 'State', query['state'], states)} ${input('host', 'Host', query['host'])}
    ${input('url', 'Address', query['url'])} ${input('code', 'Failed with the code', query['code'])}
    ${input('crawl', 'Crawl', query['crawl'])}
    <button>Filter</button>
    ${Object.keys(query).length > 0 && html`<a class="button" href="/documents">All</a>`}
  </form>`;
}

function list(items: readonly ListedDocument[], isFiltered: boolean): Html {
  if (items.length === 0)
    return isFiltered
      ? html`<p>No document fits.</p>`
      : html`<p>No document has come in. <a href="/">How the first one does</a></p>`;
  return table<ListedDocument>(
    'The newest first',
    [
      {
        title: 'Document',
        cell: ({ id, title, url }) =>
          html`<a href="${documentAddress(id)}">${foreign(title || url)}</a>
            <span class="under">${linkOut(url)}</span>`,
      },
      {
        title: 'State',
        cell: ({ state, code }) =>
          html`${stateBadge(state)}${code !== null && html`<span class="under">${codeLink(code)}</span>`}`,
      },
      { title: 'Last change', kind: 'wide', cell: ({ updatedAt }) => time(updatedAt) },
    ],
    items,
  );
}
