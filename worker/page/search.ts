import type { FastifyInstance } from 'fastify';

import { describeProblem } from '../api/problems.ts';
import { readSearch, runSearch } from '../api/search.ts';
import { PulseError } from '../errors.ts';
import { hasDocuments } from '../records/document-list.ts';
import type { SearchAnswer } from '../search/answer.ts';
import { address, count, describePlural, figure, input, milliseconds, select } from './elements.ts';
import { describeFirstVisit } from './first-visit.ts';
import { html } from './html.ts';
import type { Html, Part } from './html.ts';
import type { View } from './layout.ts';
import { describeAway } from './problem.ts';
import { describeAnswer } from './results.ts';
import { readParameters, screenOptions } from './screen.ts';
import type { Query, ScreenParts } from './screen.ts';

const modes = [
  { value: '', text: 'Words and meaning' },
  { value: 'keyword', text: 'Words' },
  { value: 'semantic', text: 'Meaning' },
];
const kinds = [
  { value: '', text: 'Any' },
  { value: 'false', text: 'For desktops' },
  { value: 'true', text: 'For phones' },
];
const filterNames = ['domain', 'language', 'country', 'isMobile'] as const;
/** Results of one page. */
const shownResults = 10;
/** Hosts on the screen without a query. */
const shownHosts = 12;

/** The search, and where a reader begins. */
export async function addSearchScreen(app: FastifyInstance, parts: ScreenParts): Promise<void> {
  app.get('/', screenOptions('read'), async (request, reply) => {
    const query = readParameters(request);
    const view = await describe(parts, query, `${request.protocol}://${request.host}`);
    return parts.show(request, reply, view);
  });
}

async function describe(parts: ScreenParts, query: Query, origin: string): Promise<View> {
  const view = { title: 'Search', section: 'search' } as const;
  if (query['q'] === undefined)
    return { ...view, content: frameResults(query, await describeStart(parts, origin)) };
  try {
    const answer = await search(parts, query);
    return { ...view, content: frameResults(query, describeAnswer(answer, query), answer) };
  } catch (error) {
    const { status } = describeProblem(error);
    if (status === 500) throw error;
    return { ...view, status, content: frameResults(query, parts.problems.part(error)) };
  }
}

/** @throws DetailedError API_INVALID, PulseError as a search */
async function search({ services }: ScreenParts, query: Query): Promise<SearchAnswer> {
  const asked = { limit: String(shownResults), ...query, explain: 'true', facets: 'true' };
  return runSearch(services, readSearch(asked));
}

/** The form, and below it what was found: a script replaces that alone. */
function frameResults(query: Query, found: Part, answer?: SearchAnswer): Html {
  const isFiltered = filterNames.some((name) => query[name] !== undefined);
  return html`<form
      action="/"
      method="get"
      role="search"
      class="card"
      hx-get="/"
      hx-select="#found"
      hx-target="#found"
      hx-swap="outerMorph"
      hx-replace-url="true"
      hx-sync="this:replace"
      hx-trigger="submit, input changed delay:400ms from:#q"
    >
      <div class="row-of-search">
        <div>
          <label for="q">What to look for</label>
          <input
            id="q"
            name="q"
            type="search"
            value="${query['q'] ?? ''}"
            maxlength="4096"
            autocomplete="off"
            aria-keyshortcuts="/"
          />
        </div>
        ${select('mode', 'Compare', query['mode'], modes)}
        <button class="first">Search</button>
      </div>
      <details ${isFiltered && 'open'}>
        <summary>Filters</summary>
        <div class="row-of-filters">
          ${input('domain', 'Host', query['domain'])}
          ${input('language', 'Language, as en', query['language'])}
          ${input('country', 'Country, as DE', query['country'])}
          ${select('isMobile', 'Pages', query['isMobile'], kinds)}
        </div>
      </details>
    </form>
    <div id="found">
      <p id="count" role="status" class="soft">${answer !== undefined && describeCount(answer)}</p>
      ${found}
    </div>`;
}

function describeCount({ total, hasMore, took, results }: SearchAnswer): string {
  if (results.length === 0) return `Nothing found, ${milliseconds(took.totalMs)}`;
  const many = `${hasMore ? 'At least ' : ''}${describePlural(total, 'document')}`;
  return `${many} among the best chunks, ${milliseconds(took.totalMs)}`;
}

/** What there is to search; of an empty stack how the first page comes in. */
async function describeStart(
  { services: { pool }, countFacets }: ScreenParts,
  origin: string,
): Promise<Part> {
  const [hosts, hasAny] = await Promise.all([
    countFacets().then((facets) => facets.hosts, toFault),
    hasDocuments(pool).catch(toFault),
  ]);
  if (hasAny === false && !(Array.isArray(hosts) && hosts.length > 0))
    return describeFirstVisit(origin);
  return [
    hasAny instanceof PulseError && describeAway(hasAny, 'Documents cannot be listed'),
    hosts instanceof PulseError
      ? describeAway(hosts, 'What can be found is not known')
      : listHosts(hosts),
  ];
}

/** @returns what the rest of the screen is shown beside */
function toFault(error: unknown): PulseError {
  if (error instanceof PulseError) return error;
  throw error;
}

type Hosts = Awaited<ReturnType<ScreenParts['countFacets']>>['hosts'];

function listHosts(hosts: Hosts): Html {
  if (hosts.length === 0)
    return html`<p>Nothing can be found yet. <a href="/documents">Documents that came in</a></p>`;
  const rest = hosts.length - shownHosts;
  return html`<h2>What can be found, by host</h2>
    <ul class="figures hosts">
      ${hosts
        .slice(0, shownHosts)
        .map(({ value, documents }) =>
          figure(documents, value, address('/documents', { host: value })),
        )}
    </ul>
    ${rest > 0 && html`<p class="soft">And ${count(rest)} hosts more, with fewer documents.</p>`}`;
}
