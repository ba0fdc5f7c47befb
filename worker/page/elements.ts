/** What several screens show in the same way. */
import { codes } from '../../shared/codes.ts';
import { isCode } from '../../shared/explain.ts';
import { html } from './html.ts';
import type { Html, Part } from './html.ts';

/** @returns `3 min ago`, or `in 3 min` */
function ago(date: Date | string, nowMs = Date.now()): string {
  const seconds = Math.round((nowMs - new Date(date).getTime()) / 1_000);
  if (Math.abs(seconds) < 2) return 'now';
  return seconds > 0 ? `${duration(seconds)} ago` : `in ${duration(-seconds)}`;
}

/** @returns as `40 s`, `3 min`, `5 h`, `12 days` */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

export function milliseconds(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '–';
  return ms < 10_000 ? `${count(Math.round(ms))} ms` : duration(ms / 1_000);
}

/** @returns with a narrow blank between thousands */
export function count(number: number): string {
  return String(number).replaceAll(/\B(?=(?:\d{3})+$)/g, '\u202F');
}

export function describePlural(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`;
}

export function bytes(size: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = size < 1 ? 0 : Math.min(Math.floor(Math.log2(size) / 10), units.length - 1);
  const value = size / 1_024 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}

/** A time in UTC. A script writes it in the reader's time zone. */
export function time(date: Date | string): Html {
  const iso = new Date(date).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`;
}

export function timeWithAge(date: Date | string | null): Html {
  if (date === null) return html`<span class="soft">not yet</span>`;
  return html`${time(date)} <span class="soft">(${ago(date)})</span>`;
}

/** Characters of a text of others that are shown at once. */
const quotedChars = 300;

/** A text of others, which may be written from right to left or hold signs that turn what follows. */
export function foreign(text: string): Html {
  return html`<bdi>${text}</bdi>`;
}

/** What another program said, which may be long: the rest is there for whoever opens it. */
export function quote(text: string): Html {
  if (text.length <= quotedChars) return foreign(text);
  return html`${foreign(`${text.slice(0, quotedChars).toWellFormed()} …`)}
    <details>
      <summary>All of it</summary>
      <p class="text"><bdi>${text}</bdi></p>
    </details>`;
}

/** An address of others: only one of the web is a link. */
export function linkOut(url: string, text = url): Html {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return foreign(text);
  return html`<a href="${url}" rel="noreferrer noopener"><bdi>${text}</bdi></a>`;
}

/** @param parameters of the address; undefined ones are left out */
export function address(
  path: string,
  parameters: Readonly<Record<string, string | number | boolean | null | undefined>> = {},
): string {
  const given = Object.entries(parameters).flatMap(([name, value]): [string, string][] =>
    value === undefined || value === null || value === '' ? [] : [[name, String(value)]],
  );
  const query = new URLSearchParams(given).toString();
  return query === '' ? path : `${path}?${query}`;
}

export const documentAddress = (id: string): string => `/documents/${encodeURIComponent(id)}`;
export const crawlAddress = (id: string): string => `/crawls/${encodeURIComponent(id)}`;

type Tone = 'good' | 'warn' | 'bad' | 'none';
const signs: Readonly<Record<Tone, string>> = { good: '✓', warn: '!', bad: '✕', none: '·' };

/** A word with a sign: what it says does not hang on its colour. */
export function badge(word: string, tone: Tone): Html {
  return html`<span class="state ${tone}"
    ><span aria-hidden="true">${signs[tone]}</span> ${word}</span
  >`;
}

const tones: Readonly<Record<string, Tone>> = {
  indexed: 'good',
  'keyword-searchable': 'warn',
  failed: 'bad',
  completed: 'good',
  complete: 'good',
  accepted: 'good',
  rejected: 'bad',
  incomplete: 'bad',
  expired: 'bad',
  done: 'good',
};

/** The state of a document, a crawl, or a page of one. */
export function stateBadge(state: string): Html {
  return badge(state, tones[state] ?? 'none');
}

/** A code, which leads to what it means. */
export function codeLink(code: string | null): Html {
  if (code === null) return html`–`;
  return isCode(code)
    ? html`<a href="/codes/${code}"><code>${writeCode(code)}</code></a>`
    : html`<code>${code}</code>`;
}

/** In a narrow window it is broken behind an underscore. */
function writeCode(code: string): Part {
  return code.split(/(?<=_)/).map((word, index) => (index === 0 ? word : html`<wbr />${word}`));
}

/** @returns what a code means and what a person does about it */
export function explainCode(code: string | null): Html | undefined {
  if (code === null || !isCode(code)) return undefined;
  const { meaning, check } = codes[code];
  return html`<p>${meaning}</p>
    <p><strong>What to do:</strong> ${check}.</p>`;
}

export function notice(tone: Tone, content: Part): Html {
  return html`<div class="notice ${tone}">${content}</div>`;
}

/** Names with what is known of each; those of which nothing is are left out. */
export function facts(rows: Readonly<Record<string, Part>>): Html {
  const known = Object.entries(rows).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  return html`<dl class="facts">
    ${known.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

/** A number that leads to its rows. */
export function figure(number: number | string, word: string, to: string): Html {
  const shown = typeof number === 'number' ? count(number) : number;
  return html`<li>
    <a href="${to}"><b>${shown}</b> ${word}</a>
  </li>`;
}

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Part;
  /** Is left out of narrow windows, or stands to the right. */
  readonly kind?: 'wide' | 'number' | 'wide number';
}

/** The first column names the row. */
export function table<Row>(
  caption: Part,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Html {
  return html`<table>
    <caption>
      ${caption}
    </caption>
    <thead>
      <tr>
        ${columns.map(({ title, kind = '' }) => html`<th scope="col" class="${kind}">${title}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            ${columns.map(({ cell, kind = '' }, index) =>
              index === 0
                ? html`<th scope="row" class="${kind}">${cell(row)}</th>`
                : html`<td class="${kind}">${cell(row)}</td>`,
            )}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** Leads to the pages of a list: the first, where this is not it, and the next. */
export function pager(first: string | undefined, next: string | undefined, what: string): Html {
  if (first === undefined && next === undefined) return html``;
  return html`<nav class="pager" aria-label="Pages of ${what}">
    ${first !== undefined && html`<a href="${first}">First page</a>`}
    ${next !== undefined && html`<a href="${next}" rel="next">Next page</a>`}
  </nav>`;
}

export interface Choice {
  readonly value: string;
  readonly text: string;
}

export function select(
  name: string,
  label: string,
  chosen: string | undefined,
  choices: readonly Choice[],
): Html {
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <select id="${name}" name="${name}">
      ${choices.map(({ value, text }) =>
        value === (chosen ?? '')
          ? html`<option value="${value}" selected>${text}</option>`
          : html`<option value="${value}">${text}</option>`,
      )}
    </select>
  </div>`;
}

export function input(name: string, label: string, value: string | undefined): Html {
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <input id="${name}" name="${name}" value="${value ?? ''}" autocomplete="off" maxlength="2048" />
  </div>`;
}

/** A form of one button that changes something. */
export function button(action: string, word: string, kind = '', fields: Part = ''): Html {
  return html`<form method="post" action="${action}" class="inline">
    ${fields}<button class="${kind}">${word}</button>
  </form>`;
}
