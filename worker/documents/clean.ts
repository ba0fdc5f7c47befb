/** C0 and C1 without tab and newline; soft hyphen, zero-width space, word joiner, byte order mark. */
const invisible = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u200B\u2060\uFEFF]/g;
/** Shorter ones are what a page about data URIs shows. */
const dataUri = /\bdata:([\w.+-]{1,80}\/[\w.+-]{1,80})(?:;[\w.+=-]{1,80}){0,4},[^\s)"'<>\]]{100,}/g;
/**
 * A thousand characters of base64 or hex, in one line or in lines of some 60 to 76: no reader's
 * text, and each would cost an embedding a few hundred characters.
 */
const encoded =
  /(?<![\w+/=-])(?:([\w+/=-]{64})[\w+/=-]{936,}|([A-Za-z0-9+/]{60,76}\n)(?:[A-Za-z0-9+/]{60,76}\n){15,}[A-Za-z0-9+/]*={0,2})/g;

/**
 * Text without what no reader sees: broken encoding, control characters, inlined files, runs of
 * blanks. Linear in the text's length. What is taken out of the middle leaves a mark: U+FFFD for
 * lost characters, `…` for encoded data.
 */
export function clean(text: string): string {
  const lines = text
    .toWellFormed()
    .replaceAll(/\r\n?|[\u2028\u2029]/g, '\n')
    .replaceAll(invisible, '')
    .replaceAll('\u00A0', ' ')
    .replaceAll(/\uFFFD{2,}/g, '\uFFFD')
    .replaceAll(dataUri, 'data:$1')
    .split('\n')
    .map((line) => line.trimEnd()); // a pattern for it would take the square of a long run's length
  const suspect = lines.some(
    (line) => line.length >= 1_000 || (line.length >= 60 && !line.includes(' ')),
  );
  const plain = lines.join('\n');
  return (suspect ? plain.replaceAll(encoded, '$1$2…') : plain)
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

/**
 * Share of a text that is no text: NUL and its like, and what was lost in decoding. A picture or an
 * archive read as text has a third and more.
 */
export function measureBrokenShare(text: string): number {
  const broken = text.toWellFormed().match(/[\u0000-\u0008\u000E-\u001F\uFFFD]/g)?.length ?? 0;
  return broken / Math.max(1, text.length);
}
