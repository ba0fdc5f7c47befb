import {
  isFields,
  isRendered,
  isVisible,
  listTextPlaces,
  readTexts,
  saysSomething,
} from './record-fields.ts';
import type { Fields } from './record-fields.ts';
import { beginsPage, hasMarkup } from './record-html.ts';
import { names } from './record-names.ts';
import { isHtml } from './text-form.ts';

/** The forms of a page's Markdown in crawl4ai's object: the whole page before a part of it. */
const markdownForms = ['raw_markdown', 'fit_markdown', 'markdown_with_citations'];
/** What crawl4ai writes in place of Markdown that it could not make. */
const failedMarkdown =
  /^Error (?:in markdown generation|converting HTML|generating \w+(?: \w+)?): /;

/** @returns the text of the record itself, or else that of the first part that has some */
export function readContent(record: Fields): Fields {
  const [own = {}, ...others] = listTextPlaces(record).map(readForms);
  if (Object.values(own).some((form) => form != null && !isBlank(form))) return own;
  const texts = others.map((forms) =>
    Object.entries(forms).filter(([, form]) => typeof form === 'string' && !isBlank(form)),
  );
  const found = texts.find(({ length }) => length > 0);
  return found === undefined ? own : Object.fromEntries(found);
}

function isBlank(form: unknown): boolean {
  return typeof form === 'string' && !saysSomething(form);
}

function readForms(record: Fields): Fields {
  const of = (wanted: readonly string[]): unknown[] => wanted.map((name) => record[name]);
  // Spider writes several forms of a page as fields of its content, LlamaIndex of a resource.
  const formed = [record['content'], record['text_resource']].find(isFields) ?? {};
  const forms = isRendered(formed) ? {} : formed;
  const either = pick(of(names.either)) ?? '';
  const markdowns = of(names.markdown)
    .flatMap((form) => (isFields(form) ? markdownForms.map((name) => form[name]) : [form]))
    .filter((text) => typeof text !== 'string' || !failedMarkdown.test(text));
  // Loaders store pages as they came under names for text: LangChain's, LlamaIndex's.
  const [markdownPages, markdown] = partBy(beginsPage, [...markdowns, forms['markdown']]);
  const [textPages, text] = partBy(beginsPage, [...of(names.text), forms['text']]);
  // The crawler of BuilderIO writes the text of a page in place of its HTML.
  const [html, plain] = partBy(hasMarkup, [...of(names.html), forms['html'], forms['raw']]);
  const [eitherHtml, eitherText] = partBy(isHtml, [either]);
  return {
    markdown: pick(markdown) ?? withoutForms(record['markdown']),
    html:
      pick([...html, ...eitherHtml, ...markdownPages, ...textPages]) ?? readBlank(record['html']),
    text: pick([...text, ...plain, ...eitherText]) ?? readBlank(record['text']),
  };
}

/** @returns those that are of that kind, then the others */
function partBy(
  isOfKind: (text: string) => boolean,
  candidates: readonly unknown[],
): [ofKind: string[], others: string[]] {
  const ofKind: string[] = [];
  const others: string[] = [];
  for (const text of candidates.map(joinTexts)) (isOfKind(text) ? ofKind : others).push(text);
  return [ofKind, others];
}

/** @returns of a list, its parts as paragraphs; nothing of what is no text */
function joinTexts(candidate: unknown): string {
  return readTexts(candidate)?.join('\n\n') ?? '';
}

/** @returns the first that a reader can see */
function pick(candidates: readonly unknown[]): string | undefined {
  return candidates.map(joinTexts).find(saysSomething);
}

/** Nothing can be seen in it: no fault where another field has the text. */
function withoutForms(markdown: unknown): unknown {
  const isForms = isFields(markdown) && markdownForms.some((form) => form in markdown);
  const isFailed = typeof markdown === 'string' && failedMarkdown.test(markdown);
  return isForms || isFailed ? undefined : readBlank(markdown);
}

/** What cannot be seen stays, so that it is not said to be absent; a word for nothing does not. */
function readBlank(value: unknown): unknown {
  const text = readTexts(value)?.join('');
  return text !== undefined && isVisible(text) ? '' : (text ?? value);
}
