/** As much of a page as is read for its first words. */
const readCharacters = 20_000;

/**
 * The first words of an answer, on one line, for a message. Of a page, as proxies and firewalls
 * answer, those that a reader sees: its styles and its markup alone may be longer than a message.
 */
export function quoteAnswer(body: string, mostCharacters = 300): string {
  const start = body.slice(0, readCharacters);
  const seen = /^\s*<(?:!--|(?:!doctype|html|head|body)\b)/i.test(start)
    ? withoutMarkup(start)
    : start;
  return seen.replaceAll(/\s+/g, ' ').trim().slice(0, mostCharacters);
}

function withoutMarkup(page: string): string {
  return page
    .replaceAll(/<!--[^]*?(?:-->|$)|<(style|script|svg)\b[^]*?(?:<\/\1\s*>|$)/gi, ' ')
    .replaceAll(/<[^>]*>/g, ' ');
}
