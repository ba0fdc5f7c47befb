import type { Explanation, FoundFacets, LegShare, TextRange } from '../../shared/search-answer.ts';
import type { AnsweredHit, SearchAnswer } from '../search/answer.ts';
import {
  address,
  count,
  documentAddress,
  explainCode,
  foreign,
  linkOut,
  notice,
  pager,
  table,
  time,
} from './elements.ts';
import { html } from './html.ts';
import type { Html, Part } from './html.ts';
import type { Query } from './screen.ts';

/** Characters of a chunk that a result shows, and of those before the first word that matched. */
const shownChars = 480;
const charsBefore = 80;
/** Values of each facet. */
const shownValues = 8;

/** What was found, best first, and by what it can be narrowed down. */
export function describeAnswer(answer: SearchAnswer, query: Query): Part {
  const { results, degraded, degradedBecause, relaxed, didYouMean, facets } = answer;
  const warning =
    degraded &&
    notice(
      'warn',
      html`<p><strong>Only words were compared, because the GPU host is away.</strong></p>
        ${explainCode(degradedBecause)}`,
    );
  const hint =
    didYouMean !== null &&
    html`<p>
      No page has this word. Did you mean
      <a href="${address('/', { ...query, q: didYouMean })}"><bdi>${didYouMean}</bdi></a
      >?
    </p>`;
  const looser =
    relaxed === true && html`<p>No page has the words in quotation marks in a row.</p>`;
  return html`${warning}${hint}${looser}
    <div class="two">
      <div>
        <ol class="results">
          ${results.map(describeHit)}
        </ol>
        ${leadOn(answer, query)}
      </div>
      ${facets !== null && facets !== undefined && describeFacets(facets, query)}
    </div>`;
}

function leadOn({ hasMore, results }: SearchAnswer, query: Query): Html {
  const offset = Number(query['offset'] ?? 0);
  const next = offset + results.length;
  return pager(
    offset > 0 ? address('/', { ...query, offset: undefined }) : undefined,
    hasMore && results.length > 0 && next < 190
      ? address('/', { ...query, offset: next })
      : undefined,
    'results',
  );
}

function describeHit({ hit, id, details, highlights = [], explain }: AnsweredHit): Html {
  const { url, title, prefix, passage: text, chunk, score } = hit;
  const headings = details?.headings ?? [];
  return html`<li>
    <article class="card">
      <h2>
        <a href="${documentAddress(id)}"><bdi>${title || url}</bdi></a>
      </h2>
      <p class="small soft address">${linkOut(url)}</p>
      ${headings.length > 0 && html`<p class="crumbs"><bdi>${headings.join(' › ')}</bdi></p>`}
      ${prefix !== undefined && html`<p class="text small soft"><bdi>${prefix}</bdi></p>`}
      <p class="text"><bdi>${markWords(text, highlights)}</bdi></p>
      <p class="small soft">
        <a href="${address(documentAddress(id), { from: chunk })}#chunk-${chunk}"
          >Chunk ${chunk + 1}</a
        >
        ${details?.language && html` · ${details.language}`}
        ${details?.indexedAt && html` · indexed ${time(details.indexedAt)}`}
      </p>
      ${explain !== undefined && describeRank(explain, score, hit.rerankScore)}
    </article>
  </li>`;
}

/** The part of a chunk around the first word that matched. */
function markWords(text: string, highlights: readonly TextRange[]): Part {
  const first = highlights[0]?.start ?? 0;
  const start = first > shownChars - charsBefore ? beginOfWord(text, first - charsBefore) : 0;
  const end = Math.min(start + shownChars, text.length);
  const parts: Part[] = start > 0 ? ['… '] : [];
  let at = start;
  for (const { start: from, length } of highlights) {
    if (from < at || from + length > end) continue;
    parts.push(text.slice(at, from), html`<mark>${text.slice(from, from + length)}</mark>`);
    at = from + length;
  }
  parts.push(text.slice(at, end).toWellFormed(), end < text.length && ' …');
  return parts;
}

function beginOfWord(text: string, index: number): number {
  const blank = text.slice(index, index + charsBefore).search(/\s/);
  return blank < 0 ? index : index + blank + 1;
}

interface Leg {
  readonly name: string;
  readonly scale: string;
  readonly share: LegShare;
}

/** Both ways of searching, and what each adds to the score. */
function describeRank({ keyword, semantic }: Explanation, score: number, rerank?: number): Html {
  const legs: Leg[] = [
    ...(keyword === null ? [] : [{ name: 'Words', scale: 'BM25', share: keyword }]),
    ...(semantic === null ? [] : [{ name: 'Meaning', scale: 'cosine', share: semantic }]),
  ];
  const terms = keyword?.terms ?? [];
  return html`<details>
    <summary>Why this rank</summary>
    ${table(
      html`The score ${score.toFixed(3)} is the sum of both
      shares${
        rerank !== undefined && html`; a reranker then ordered the best by ${rerank.toFixed(3)}`
      }`,
      [
        { title: 'Way', cell: ({ name }) => name },
        { title: 'Rank', kind: 'number', cell: ({ share }) => share.rank ?? 'none' },
        {
          title: 'Score',
          kind: 'number',
          cell: ({ share, scale }) =>
            share.score === null ? '–' : `${scale} ${share.score.toFixed(3)}`,
        },
        { title: 'Share', kind: 'number', cell: ({ share }) => share.share.toFixed(3) },
      ],
      legs,
    )}
    ${
      terms.length > 0 &&
      html`<p class="small">
        Words of the query in it:
        ${terms.map(
          ({ term, fields }, index) =>
            html`${index > 0 && ', '}<strong><bdi>${term}</bdi></strong> (${fields.join(', ')})`,
        )}
      </p>`
    }
  </details>`;
}

/** Links that narrow what was found down, and those that undo that. */
function describeFacets({ documents, atLeast, ...counted }: FoundFacets, query: Query): Part {
  const { hosts, languages, countries } = counted;
  const { offset: _offset, ...asked } = query;
  const lists = [
    { title: 'Host', name: 'domain', values: hosts },
    { title: 'Language', name: 'language', values: languages },
    { title: 'Country', name: 'country', values: countries },
  ].filter(({ values, name }) => values.length > 1 || asked[name] !== undefined);
  if (lists.length === 0) return undefined;
  return html`<aside aria-label="Narrow down" class="card">
    <p class="small soft">By words ${atLeast && 'at least '}${count(documents)} documents</p>
    ${lists.map(
      ({ title, name, values }) =>
        html`<h3>${title}</h3>
          <ul class="plain small">
            ${
              asked[name] !== undefined &&
              html`<li>
                <a href="${address('/', { ...asked, [name]: undefined })}"
                  >Any ${title.toLowerCase()}</a
                >
              </li>`
            }
            ${values.slice(0, shownValues).map(
              ({ value, documents: many }) =>
                html`<li>
                  <a href="${address('/', { ...asked, [name]: value })}">${foreign(value)}</a>
                  <span class="soft">${count(many)}</span>
                </li>`,
            )}
          </ul>`,
    )}
  </aside>`;
}
