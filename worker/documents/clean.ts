const controls = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u200B\u2060\uFEFF]/g;
/** An inlined picture says nothing, and thousands of its characters without a space would choke a tokenizer. */
const dataUri = /data:[\w.+-]+\/[\w.+-]+;base64,[A-Za-z0-9+/=]+/g;

/** Text without what no reader sees: control characters, broken surrogates, inlined pictures, runs of blanks. */
export function cleaned(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(controls, '')
    .replaceAll(dataUri, 'data:')
    .replaceAll(/[^\S\n]+$/gm, '')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** The readable text of an HTML page, its headings as Markdown. Enough for well-made pages; a converter with a parser takes its place when crawled ones come in. */
export function fromHtml(html: string): string {
  return html
    .replaceAll(/<!--[^]*?-->|<(script|style|noscript|template|svg|nav|footer)\b[^]*?<\/\1\s*>/gi, ' ')
    .replaceAll(/<h([1-6])\b[^>]*>([^]*?)<\/h\1\s*>/gi, (_, level: string, title: string) => `\n\n${'#'.repeat(Number(level))} ${title.replaceAll(/\s+/g, ' ').trim()}\n\n`)
    .replaceAll(/<li\b[^>]*>/gi, '\n- ')
    .replaceAll(/<(br|tr)\b[^>]*>/gi, '\n')
    .replaceAll(/<\/?(p|div|section|article|ul|ol|table|pre|blockquote)\b[^>]*>/gi, '\n\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return entities[name.toLowerCase()] ?? whole;
      const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return point <= 0x10FFFF ? String.fromCodePoint(point) : whole;
    });
}
