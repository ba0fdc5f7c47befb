import { Parser } from 'htmlparser2';

/** Escaped signs, code, and addresses in angle brackets: what is in them is no markup. */
const literal = new RegExp(
  String.raw`\\([!-/:-@[-\x60{-~])|(?<!\x60)(\x60+)(?!\x60)(.+?)(?<!\x60)\2(?!\x60)|` +
    String.raw`<([a-z][a-z\d+.-]{1,31}:[^\s<>]*|[\w.!#$%&'*+/=?^\x60{|}~-]+@[a-z\d][a-z\d.-]*)>`,
  'gi',
);
/** At the end, of Pandoc, kramdown and others; Docusaurus also escapes the bracket. */
const attributes = /\s*\\?\{(?:\s*[#:.][^}]*|\s*-\s*|\s*[\w-]+=(?:"[^"]*"|'[^']*')[^}]*)\}\s*$/;
/** As CommonMark has it, which `Result<T, E>` is not; values in braces are those of MDX. */
const tag = new RegExp(
  String.raw`<\/?([a-z][a-z\d-]*)(?:\s+[a-z_:@][\w.:-]*(?:\s*=\s*` +
    String.raw`(?:"[^"]*"|'[^']*'|\{[^<>]*?\}(?=[\s/>])|[^\s"'=<>\x60]+))?)*\s*\/?>`,
  'gi',
);
/** As browsers read HTML. */
const looseTag = /<\/?([a-z][^\s/>]*)(?:"[^"]*"|'[^']*'|[^"'>])*>/gi;
const alt = /\salt\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))/i;
/** By a number, or right behind a word: `[^a-z]` is a pattern as well. */
const footnote = /\s*\[\^\d+\]|(?<=\S)\[\^[^\s\]]+\]/g;
const target = String.raw`\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\]`;
const picture = new RegExp(String.raw`!\[([^\]]*)\](?:${target}|(?=\][(\[]))`, 'g');
const link = new RegExp(String.raw`\[([^\]]*)\](?:${target})`, 'g');

/** Leaves the words of a heading: no emphasis, code marks, links, pictures or attributes. */
export function removeMarkup(text: string, isHtml = false): string {
  const kept: string[] = [];
  const keep = (words: string): string => `\uE000${kept.push(words) - 1}\uE000`;
  return text
    .replaceAll('\uE000', '')
    .replace(attributes, '')
    .replaceAll(literal, (_, sign?: string, _ticks?: string, code?: string, address?: string) =>
      keep(sign ?? code?.trim() ?? address ?? ''),
    )
    .replaceAll(/<!--.*?-->|\{\/\*.*?\*\/\}/gs, '')
    .replaceAll(isHtml ? looseTag : tag, readTag)
    .replaceAll(footnote, '')
    .replaceAll(picture, '$1')
    .replaceAll(link, '$1')
    .replaceAll(/(\*{1,3})(?=\S)(.+?)(?<=\S)\1/g, '$2')
    .replaceAll(/(?<!\w)(_{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)/g, '$2')
    .replaceAll(/&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]\w{1,30});/gi, decodeReference)
    .replaceAll(/\uE000(\d+)\uE000/g, (_, index: string) => kept[Number(index)] ?? '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** A picture has words, and a new line parts them. */
function readTag(whole: string, name: string): string {
  if (/^(?:br|p|div)$/i.test(name)) return ' ';
  const [, double, single, bare] = (/^img$/i.test(name) && alt.exec(whole)) || [];
  return double ?? single ?? bare ?? '';
}

/** `&amp;` is `&`, in Markdown as in HTML. */
function decodeReference(reference: string): string {
  let decoded = '';
  new Parser({ ontext: (text) => (decoded += text) }).end(reference);
  return decoded;
}
