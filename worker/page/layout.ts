import { version } from '../api/version.ts';
import { assetAddresses } from './assets.ts';
import { time } from './elements.ts';
import { html } from './html.ts';
import type { Html, Part } from './html.ts';

const sections = {
  search: { title: 'Search', path: '/' },
  documents: { title: 'Documents', path: '/documents' },
  crawls: { title: 'Crawls', path: '/crawls' },
  queue: { title: 'Queue', path: '/queue' },
  status: { title: 'Status', path: '/status' },
} as const;
export type Section = keyof typeof sections;

/** @returns to which an address belongs, as `documents` of `/documents/1` */
export function sectionOf(url: string): Section | undefined {
  const [, first = ''] = url.split(/[/?]/);
  return Object.hasOwn(sections, first) ? (first as Section) : undefined;
}

/** What a screen shows in the frame that all of them share. */
export interface View {
  /** What the browser's window and the heading say. */
  readonly title: string;
  readonly section?: Section;
  readonly content: Part;
  readonly status?: number;
  /** Seconds between two looks of a page that is open. */
  readonly liveSeconds?: number;
}

export interface Frame {
  /** First part of the stack's names. */
  readonly stack: string;
  /** As the reader's browser calls it. */
  readonly host: string;
  /** Of this screen, with its query. */
  readonly url: string;
  readonly reader: 'operator' | 'read only' | undefined;
}

/** Signs that turn the order of what follows have no place in a window's title. */
const turning = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;
const longestTitle = 120;

/** No rule of its own, so that a strict content policy holds; an open part stays open. */
const htmxConfig = JSON.stringify({
  includeIndicatorCSS: false,
  morphIgnore: ['data-htmx-powered', 'open'],
});

/** Writes the whole page. */
export function layOut(view: View, frame: Frame): Html {
  const { title, section, content } = view;
  const { stack, host, reader } = frame;
  const inWindow = `${title.replaceAll(turning, '').slice(0, longestTitle)} · ${stack} on ${host}`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${inWindow}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="htmx-config" content="${htmxConfig}" />
        <link rel="stylesheet" href="${assetAddresses['page.css']}" />
        <link rel="icon" type="image/svg+xml" href="${assetAddresses['icon.svg']}" />
        <script src="${assetAddresses['htmx.js']}" defer></script>
        <script src="${assetAddresses['page.js']}" defer></script>
      </head>
      <body>
        <a class="skip" href="#main">Skip to content</a>
        <div class="bar">
          <header class="top">
            <a class="brand" href="/"
              >Pulse <small><bdi>${stack}</bdi> on <bdi>${host}</bdi></small></a
            >
            ${reader !== undefined && writeNavigation(section)}
            ${reader !== undefined && writeReader(reader)}
          </header>
        </div>
        <main id="main" tabindex="-1" ${writeLive(view, frame)}>
          <h1><bdi>${title}</bdi></h1>
          ${content}
        </main>
        <footer class="bottom">
          <span>Pulse ${version}</span>
          <span>Seen ${time(new Date())}</span>
          <a href="/docs">Routes of the API</a>
        </footer>
      </body>
    </html> `;
}

function writeNavigation(current: Section | undefined): Html {
  return html`<nav class="main" aria-label="Screens">
    <ul>
      ${Object.entries(sections).map(([name, { title, path }]) =>
        name === current
          ? html`<li><a href="${path}" aria-current="page">${title}</a></li>`
          : html`<li><a href="${path}">${title}</a></li>`,
      )}
    </ul>
  </nav>`;
}

function writeReader(reader: string): Html {
  return html`<div class="who">
    <span>${reader}</span>
    <form method="post" action="/logout" class="inline">
      <button class="plain">Log out</button>
    </form>
  </div>`;
}

/** A look that takes longer than the time between two is not followed by a second one. */
function writeLive({ liveSeconds }: View, { url }: Frame): Html | undefined {
  if (liveSeconds === undefined) return undefined;
  return html`hx-get="${url}" hx-trigger="every ${liveSeconds}s" hx-select="#main" hx-target="this"
  hx-swap="outerMorph" hx-sync="this:drop"`;
}
