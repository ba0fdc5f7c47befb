import { createHash } from 'node:crypto';

import { z } from 'zod';

import { PulseError } from '../errors.ts';
import { canonicalizeUrl } from './canonical-url.ts';
import { measureBrokenShare, clean } from './clean.ts';
import { convertHtml } from './html.ts';
import { parseCountry, parseLanguage } from './locale.ts';

/**
 * In characters. 10 MB of text is some 5,000 pages: more is a mistake, and would hold a worker for
 * longer than any job may take.
 */
const longestText = 10_000_000;
/** What an index of Postgres can hold, and longer than any browser shows. */
const longestUrl = 2048;
/** Beyond this share it is a picture or an archive that was read as text. */
const mostBroken = 0.2;

export interface Document {
  /** Canonical; the document's identity. */
  readonly url: string;
  readonly title: string;
  readonly description: string;
  /** ISO 639, without region: `en`. */
  readonly language: string | null;
  /** ISO 3166, two letters: `DE`. */
  readonly country: string | null;
  readonly isMobile: boolean | null;
  /** Cleaned Markdown or plain text; chunks are slices of it. */
  readonly text: string;
  /** SHA-256 over all of the above, hex: equal means nothing to do. */
  readonly contentHash: string;
  /**
   * Who brought it, and in which crawl: no part of the content, so that a second crawl of the same
   * page changes nothing.
   */
  readonly source: string | null;
  readonly crawlId: string | null;
}

const long = (limit: number) =>
  z.string().max(limit, `is longer than ${limit.toLocaleString('en')} characters`);
const optional = (limit: number) =>
  long(limit)
    .nullish()
    .transform((text) => text ?? '');
const readable = (read: (text: string) => string | undefined, problem: string) =>
  z
    .string()
    .nullish()
    .transform((text, context) => {
      if (text == null || text.trim() === '') return null;
      return read(text) ?? (context.addIssue(problem), z.NEVER);
    });

/**
 * A page as it comes in: a line of `./pulse index`, or a crawler's result, whose `metadata` fills
 * what is not said beside it.
 */
const incoming = z
  .object({
    url: long(longestUrl)
      .transform(
        (text, context) =>
          canonicalizeUrl(text) ?? (context.addIssue('is no http, https or file URL'), z.NEVER),
      )
      .pipe(long(longestUrl)),
    title: optional(2_000),
    description: optional(10_000),
    language: readable(parseLanguage, 'is no language tag such as en or de-CH'),
    country: readable(parseCountry, 'is no two-letter country code such as DE'),
    isMobile: z
      .boolean()
      .nullish()
      .transform((flag) => flag ?? null),
    markdown: optional(longestText),
    html: optional(longestText),
    text: optional(longestText),
    source: optional(200),
    crawlId: optional(200),
  })
  .refine(hasContent, {
    message: 'has no text: one of markdown, html or text must have some',
    when: () => true,
  });

function hasContent(page: unknown): boolean {
  const { markdown, html, text } = Object(page) as Record<string, unknown>;
  return [markdown, html, text].some((content) => content != null && content !== '');
}

/** @throws PulseError DOCUMENT_INVALID, final, with all faults in one line */
export function parseDocument(value: unknown): Document {
  const parsed = incoming.safeParse(withMetadata(value));
  if (!parsed.success)
    throw invalid(
      parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'document'}: ${message}`),
    );
  const { url, country, isMobile, source, crawlId, ...page } = parsed.data;
  const given = page.markdown || page.html || page.text;
  const html = page.markdown === '' && page.html !== '' ? converted(page.html) : undefined;
  const text = clean(html?.markdown ?? given);
  if (text !== '' && measureBrokenShare(given) > mostBroken)
    throw invalid(['document: is no text, but binary data or text in a broken encoding']);
  if (text === '') throw invalid(['document: has no text that a reader would see']);
  const content = {
    url,
    title: clean(page.title || (html?.title ?? '').slice(0, 2_000)),
    description: clean(page.description || (html?.description ?? '').slice(0, 10_000)),
    language: page.language ?? parseLanguage(html?.language ?? '') ?? null,
    country,
    isMobile,
    text,
  };
  const contentHash = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  return {
    ...content,
    contentHash,
    source: clean(source) || null,
    crawlId: clean(crawlId) || null,
  };
}

function invalid(problems: readonly string[]): PulseError {
  return new PulseError('DOCUMENT_INVALID', 'final', problems.join('; '));
}

function converted(html: string): ReturnType<typeof convertHtml> {
  try {
    return convertHtml(html);
  } catch (error) {
    throw new PulseError(
      'DOCUMENT_INVALID',
      'final',
      'html: cannot be converted to Markdown',
      error,
    );
  }
}

/**
 * Firecrawl's result has these a level down, some of them as lists; a language there is what the
 * page claims, and may be nonsense.
 */
function withMetadata(value: unknown): unknown {
  const metadata = (value as { metadata?: unknown } | null)?.metadata;
  if (typeof metadata !== 'object' || metadata === null) return value;
  const first = (key: string): unknown =>
    [(metadata as Record<string, unknown>)[key]].flat()[0] ?? undefined;
  const language = first('language');
  const found = {
    url: first('url') ?? first('sourceURL'),
    title: first('title'),
    description: first('description'),
    language: typeof language === 'string' ? parseLanguage(language) : undefined,
  };
  return { ...found, ...(value as object) };
}
