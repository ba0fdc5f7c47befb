import { createHash } from 'node:crypto';

import { z } from 'zod';

import { pageValues } from '../../shared/filter-values.ts';
import { parseLanguage } from '../../shared/locale.ts';
import { PulseError } from '../errors.ts';
import { canonicalizeUrl } from './canonical-url.ts';
import { measureBrokenShare, clean } from './clean.ts';
import { convertHtml } from './html.ts';
import type { ConvertedPage } from './html.ts';
import {
  isFields,
  maxDescriptionLength,
  maxSourceLength,
  maxTitleLength,
} from './record-fields.ts';
import { readRecord, unwrap } from './record.ts';

/**
 * In characters. 10 MB of text are about 5,000 printed pages. More is a mistake, and would take
 * longer than any job may take.
 */
const maxTextLength = 10_000_000;
/** An index of Postgres can hold it, and no browser shows a longer one. */
const maxUrlLength = 2048;
/** With a larger share of broken characters it is a picture or an archive. */
const maxBrokenShare = 0.2;

/** A page as it is stored and indexed. */
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
  /** SHA-256 of all of the above, in hex. With an equal hash there is nothing to do. */
  readonly contentHash: string;
  /** Who submitted it. Not part of the content: another crawl of the same page changes nothing. */
  readonly source: string | null;
  /** In which crawl. Not part of the content either. */
  readonly crawlId: string | null;
}

const sayMissing = ({ input }: { readonly input?: unknown }): string | undefined =>
  input === undefined ? 'is missing' : undefined;
const textUpTo = (limit: number) =>
  z
    .string({ error: sayMissing })
    .max(limit, `is longer than ${limit.toLocaleString('en')} characters`);
const optionalText = (limit: number) =>
  textUpTo(limit)
    .nullish()
    .transform((text) => text ?? '');
const parsedAs = (name: keyof typeof pageValues) =>
  z
    .string()
    .nullish()
    .transform((text, context) => {
      if (text == null || text.trim() === '') return null;
      const { parse, problem } = pageValues[name];
      return parse(text) ?? (context.addIssue(problem), z.NEVER);
    });

/** A page as it comes in: a line of `./pulse index`, or what {@link readRecord} made of a record. */
const incoming = z
  .object({
    url: textUpTo(maxUrlLength)
      .transform(
        (text, context) =>
          canonicalizeUrl(text) ?? (context.addIssue('is no http, https or file URL'), z.NEVER),
      )
      .pipe(textUpTo(maxUrlLength)),
    title: optionalText(maxTitleLength),
    description: optionalText(maxDescriptionLength),
    language: parsedAs('language'),
    country: parsedAs('country'),
    isMobile: z
      .boolean()
      .nullish()
      .transform((flag) => flag ?? null),
    markdown: optionalText(maxTextLength),
    html: optionalText(maxTextLength),
    text: optionalText(maxTextLength),
    source: optionalText(maxSourceLength),
    crawlId: optionalText(200),
  })
  .refine(hasContent, {
    message: 'has no text: one of markdown, html or text must have some',
    when: () => true,
  });

function hasContent(page: unknown): boolean {
  // That it is none is said already.
  if (!isFields(page)) return true;
  const { markdown, html, text } = page;
  return [markdown, html, text].some((content) => content != null && content !== '');
}

/**
 * Checks, converts and cleans a page as it comes in.
 *
 * @throws PulseError DOCUMENT_INVALID, final, with all faults in one line
 */
export function parseDocument(value: unknown): Document {
  try {
    return readDocument(value);
  } catch (error) {
    // V8 gives up what has too many levels, or too many places in it to go back to. It would do so
    // again: this document alone is refused, and not the import or the delivery that it came with.
    if (!(error instanceof RangeError)) throw error;
    const problem = 'document: is too long or has too many levels to be read';
    throw new PulseError('DOCUMENT_INVALID', 'final', problem, error);
  }
}

function readDocument(value: unknown): Document {
  const record = readRecord(value);
  const parsed = incoming.safeParse(record);
  if (!parsed.success)
    throw invalid(
      parsed.error.issues.map(({ path, message }) => {
        const name = path.join('.') || 'document';
        const isAbsent = name === 'url' && isFields(record) && record['url'] == null;
        return `${name}: ${isAbsent ? describeFields(value) : message}`;
      }),
    );
  const { url, country, isMobile, source, crawlId, ...page } = parsed.data;
  const { given, html, text } = readText(page);
  if (text !== '' && measureBrokenShare(given) > maxBrokenShare)
    throw invalid(['document: is no text, but binary data or text in a broken encoding']);
  if (text === '') throw invalid(['document: has no text that a reader would see']);
  const content = {
    url,
    // It has no lines, however its source breaks it.
    title: clean(page.title || (html?.title ?? '').slice(0, maxTitleLength)).replaceAll(
      /\s+/g,
      ' ',
    ),
    description: clean(
      page.description || (html?.description ?? '').slice(0, maxDescriptionLength),
    ),
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

/** Says what is there in place of an address, which a person may know by another name. */
function describeFields(value: unknown): string {
  const fields = isFields(value) ? unwrap(value) : {};
  const keys = Object.keys(fields).filter((key) => fields[key] !== undefined);
  const first = keys.slice(0, 10).map((key) => key.replaceAll(/[\s\p{C}]+/gu, ' ').slice(0, 40));
  const all = [...first, ...(keys.length > first.length ? ['…'] : [])].join(', ');
  return all === '' ? 'is missing' : `is missing among ${all}`;
}

interface Text {
  /** As it came in. */
  readonly given: string;
  /** Present when the text was taken from HTML. */
  readonly html: ConvertedPage | undefined;
  readonly text: string;
}

/** Reads the Markdown, or else the HTML, or else the text: the first in which there is some. */
function readText(page: { markdown: string; html: string; text: string }): Text {
  const markdown = { given: page.markdown, html: undefined, text: clean(page.markdown) };
  if (markdown.text !== '') return markdown;
  const html = page.html.trim() === '' ? undefined : convert(page.html);
  const converted = { given: page.html, html, text: clean(html?.markdown ?? '') };
  if (converted.text !== '') return converted;
  return { given: page.text, html, text: clean(page.text) };
}

function invalid(problems: readonly string[]): PulseError {
  return new PulseError('DOCUMENT_INVALID', 'final', problems.join('; '));
}

function convert(html: string): ConvertedPage {
  try {
    return convertHtml(html);
  } catch (error) {
    if (error instanceof PulseError) throw error;
    throw new PulseError(
      'DOCUMENT_INVALID',
      'final',
      'html: cannot be converted to Markdown',
      error,
    );
  }
}
