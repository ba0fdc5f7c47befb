import { createHash } from 'node:crypto';

import { z } from 'zod';

import { cleaned, fromHtml } from './clean.ts';

/** 10 MB of text is some 5,000 pages: more is a mistake, and would hold a worker for longer than any job may take. */
const longestText = 10_000_000;

/** A page as it comes in: a line of `./pulse index`, later a webhook's body. */
const incoming = z.object({
  url: z.string().max(2048),
  title: z.string().max(2000).default(''),
  description: z.string().max(10_000).default(''),
  language: z.string().max(35).nullish(),
  country: z.string().max(10).nullish(),
  isMobile: z.boolean().nullish(),
  markdown: z.string().max(longestText).optional(),
  html: z.string().max(longestText).optional(),
  text: z.string().max(longestText).optional(),
});

export interface Document {
  /** Canonical; the document's identity. */
  readonly url: string;
  readonly title: string;
  readonly description: string;
  readonly language: string | null;
  readonly country: string | null;
  readonly isMobile: boolean | null;
  /** Cleaned Markdown or plain text; chunks are slices of it. */
  readonly text: string;
  /** SHA-256 over all of the above, hex: equal means nothing to do. */
  readonly contentHash: string;
}

/** @throws Error with a reason for people, all faults in one line */
export function parseDocument(value: unknown): Document {
  const parsed = incoming.safeParse(value);
  if (!parsed.success) throw new Error(parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'document'}: ${message}`).join('; '));
  const page = parsed.data;
  const text = cleaned(page.markdown ?? page.text ?? (page.html === undefined ? '' : fromHtml(page.html)));
  if (text === '') throw new Error('no text: one of markdown, html or text must have some');
  const document = {
    url: canonicalUrl(page.url),
    title: cleaned(page.title),
    description: cleaned(page.description),
    language: page.language?.toLowerCase() ?? null,
    country: page.country?.toUpperCase() ?? null,
    isMobile: page.isMobile ?? null,
    text,
  };
  return { ...document, contentHash: createHash('sha256').update(JSON.stringify(document)).digest('hex') };
}

const tracking = /^(utm_\w+|gclid|fbclid|msclkid|dclid|mc_[ce]id|igshid|_ga)$/i;

/** One name a page: no fragment, no tracking parameters, host in lower case. */
export function canonicalUrl(text: string): string {
  if (!URL.canParse(text)) throw new Error('url: not a URL');
  const url = new URL(text);
  if (!['http:', 'https:', 'file:'].includes(url.protocol)) throw new Error('url: neither http, https nor file');
  url.hash = '';
  url.username = '';
  url.password = '';
  const kept = [...url.searchParams].filter(([name]) => !tracking.test(name));
  if (kept.length < url.searchParams.size) url.search = new URLSearchParams(kept).toString();
  return url.href;
}
