/**
 * The control characters of C0 and C1 except tab and newline; soft hyphen, zero-width space, word
 * joiner, byte order mark.
 */
const invisible = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u200B\u2060\uFEFF]/g;
/** Only long ones: a short one may be an example on a page about data URIs. */
const dataUri = /\bdata:([\w.+-]{1,80}\/[\w.+-]{1,80})(?:;[\w.+=-]{1,80}){0,4},[^\s)"'<>\]]{100,}/g;
/** The first 64 of at least a thousand characters of base64 or hex in one line. */
const encodedLine = '([\\w+/=-]{64})[\\w+/=-]{936,}';
/** The first of at least 16 lines of base64, each of 60 to 76 characters. */
const encodedBlock =
  '([A-Za-z0-9+/]{60,76}\\n)(?:[A-Za-z0-9+/]{60,76}\\n){15,}[A-Za-z0-9+/]*={0,2}';
/** Encoded data. It is no text for readers, and costs an embedding every few hundred characters. */
const encoded = new RegExp(`(?<![\\w+/=-])(?:${encodedLine}|${encodedBlock})`, 'g');

/**
 * Removes what readers do not see: broken encoding, control characters, inlined files, runs of
 * blanks. Lost characters leave U+FFFD in their place, encoded data leaves `…`. The time is linear
 * in the text's length.
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
    // A pattern in its place would take the square of the length of a run of blanks.
    .map((line) => line.trimEnd());
  const mayHaveData = lines.some(
    (line) => line.length >= 1_000 || (line.length >= 60 && !line.includes(' ')),
  );
  const plain = lines.join('\n');
  return (mayHaveData ? plain.replaceAll(encoded, '$1$2…') : plain)
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

/**
 * Measures which share of a text is no text: control characters such as NUL, and characters lost in
 * decoding. A picture or an archive that was read as text has a third and more.
 *
 * @returns 0 to 1
 */
export function measureBrokenShare(text: string): number {
  const broken = text.toWellFormed().match(/[\u0000-\u0008\u000E-\u001F\uFFFD]/g)?.length ?? 0;
  return broken / Math.max(1, text.length);
}
