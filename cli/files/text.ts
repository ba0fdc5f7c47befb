import { isUtf8 } from 'node:buffer';

import chardet from 'chardet';

import { EntryFault } from './entry-fault.ts';

/** Byte order marks, the longer ones first: that of UTF-16 LE begins that of UTF-32 LE. */
const marks: readonly { readonly bytes: readonly number[]; readonly encoding: string }[] = [
  { bytes: [0xff, 0xfe, 0, 0], encoding: 'utf-32' },
  { bytes: [0, 0, 0xfe, 0xff], encoding: 'utf-32' },
  { bytes: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { bytes: [0xff, 0xfe], encoding: 'utf-16le' },
  { bytes: [0xfe, 0xff], encoding: 'utf-16be' },
];

/**
 * Encodings of seven bits, which are UTF-8 as well, by the escape sequences with which they change
 * to characters of two bytes. Those of several alphabets begin with the others: they come first.
 * `ESC ( B` alone is no sign: programs of a terminal end colours with it.
 */
const sevenBits: readonly { readonly sign: RegExp; readonly encoding: string }[] = [
  { sign: /\u001b\$\)C/, encoding: 'iso-2022-kr' },
  { sign: /\u001b\$(?:\)[AEG]|\*H|\+[I-M])/, encoding: 'iso-2022-cn' },
  { sign: /\u001b\$(?:A|\(C)/, encoding: 'iso-2022-jp-2' },
  { sign: /\u001b\$\(D/, encoding: 'iso-2022-jp-1' },
  { sign: /\u001b\$\([OPQ]/, encoding: 'iso-2022-jp-3' },
  { sign: /\u001b(?:\$[@B]|\([IJ])/, encoding: 'iso-2022-jp' },
];
const escape = 0x1b;

/** What a page says of itself in HTML or XML, within the bytes in which browsers look for it. */
const declared = /<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)/i;
const declarationBytes = 1024;
/** Below it the detection guesses: a short text in Spanish has 69, Czech in windows-1250 has 8. */
const minConfidence = 20;
const sampleBytes = 64 * 1024;

/**
 * Decodes a file that people wrote: UTF-8, UTF-16, ISO-2022-JP, what an HTML page declares,
 * Windows-1252.
 *
 * @param isHtml it may declare its charset
 * @returns its text without a byte order mark
 * @throws EntryFault that names the encoding, when it is another one or none
 */
export function decodeText(bytes: Buffer, isHtml = false): string {
  const text = decode(bytes, isHtml);
  // Lines of an old Mac: front matter and titles are found by their lines.
  return text.includes('\n') ? text : text.replaceAll('\r', '\n');
}

function decode(bytes: Buffer, isHtml: boolean): string {
  const mark = marks.find((one) => one.bytes.every((byte, index) => bytes[index] === byte));
  if (mark !== undefined) return decodeAs(mark.encoding, bytes);
  const unmarked = findUnmarkedUtf16(bytes);
  if (unmarked !== undefined) return decodeAs(unmarked, bytes);
  if (bytes.includes(0)) throw new EntryFault('is binary data and no text');
  const start = isHtml ? bytes.toString('latin1', 0, declarationBytes) : '';
  const [, label] = declared.exec(start) ?? [];
  const escaped = findSevenBits(bytes, label);
  if (escaped !== undefined) return decodeAs(escaped, bytes);
  if (isUtf8(bytes)) return bytes.toString();
  // What says UTF-8 and is none was saved in another one by mistake; UTF-16 has a NUL in every tag.
  if (label !== undefined && !/^(?:utf|ucs)-?_?(?:8|16|2)/i.test(label))
    return decodeAs(label, bytes);
  requireWindows1252(bytes);
  return decodeAs('windows-1252', bytes);
}

function decodeAs(encoding: string, bytes: Buffer): string {
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(encoding, { fatal: true });
  } catch {
    throw new EntryFault(`is in ${encoding}, which Pulse does not read: save it as UTF-8`);
  }
  try {
    return decoder.decode(bytes);
  } catch {
    throw new EntryFault(`says that it is ${encoding}, and is not: save it as UTF-8`);
  }
}

/**
 * @param label what the page declares: the escapes of HZ are signs of other texts as well
 * @returns undefined for UTF-8 with letters that take more than seven bits, whatever else it has
 */
function findSevenBits(bytes: Buffer, label = ''): string | undefined {
  const isHz = /^hz\b/i.test(label);
  if (!isHz && !bytes.includes(escape)) return undefined;
  const text = bytes.toString('latin1');
  if (/[\u0080-\u00ff]/.test(text) && isUtf8(bytes)) return undefined;
  if (isHz && /~\{/.test(text)) return label;
  return sevenBits.find(({ sign }) => sign.test(text))?.encoding;
}

/** Text of European languages has a NUL in every other byte of UTF-16. */
function findUnmarkedUtf16(bytes: Buffer): string | undefined {
  const sample = bytes.subarray(0, sampleBytes);
  const pairs = Math.floor(sample.length / 2);
  if (pairs < 4 || bytes.length % 2 === 1) return undefined;
  const nuls = [0, 0];
  for (const [index, byte] of sample.entries()) if (byte === 0) nuls[index % 2]! += 1;
  const [even = 0, odd = 0] = nuls;
  if (odd > pairs / 2 && even === 0) return 'utf-16le';
  return even > pairs / 2 && odd === 0 ? 'utf-16be' : undefined;
}

/** Bytes that mean nothing in Windows-1252, or that no text has: `¤` is the `€` of ISO-8859-15. */
const noWindows1252 =
  /[\u0000-\u0008\u000e-\u001a\u001c-\u001f\u0081\u0088\u008d\u008f\u0090\u0098\u009d\u00a4]/;
/**
 * What stands for letters of Mac OS Roman, of DOS, of Central Europe and of the Baltic: signs
 * within a word, a low quote after a letter, an accent before one, a capital after a small letter,
 * `œ5` for `£5`, `©` or `®` before a small letter, `±` `¼` `½` `¾` `¿` after a word. Dashes, the
 * ellipsis, apostrophes, trade marks, ordinals, `²` `³` `°` `·` and the soft hyphen may stand
 * between letters.
 */
const lettersOfOthers = [
  new RegExp(
    '[a-z][\u0082\u0084\u0086\u0087\u0089\u008b\u0093\u0094\u009b\u00a1-\u00a3\u00a5-\u00a9' +
      '\u00ab\u00ac\u00af\u00b1\u00b6\u00b8\u00b9\u00bb-\u00bf][a-z\u00a1-\u00bf\u00e0-\u00ff]',
    'i',
  ),
  /[a-z][\u0082\u0084]|[\u00a6\u00a8\u00af\u00b8][a-z]|[a-z]\u00ff[a-z]/i,
  /[a-z][\u008a\u008c\u008e\u009f]|[A-Z][\u008a\u008c\u008e\u009f][a-z]|\u009c\d/,
  /[a-z\u008a\u009a\u009f]\u00a7/i,
  /[a-z][\u00b1\u00bc-\u00bf](?!\w)|[a-z]{2}\u00b5[a-z\u00e0-\u00ff]/i,
  /(?<![\w\u00c0-\u00ff])[\u00a9\u00ae](?!c?opyright|registered|by\b|[\w-]+\.[a-z])[a-z]{2}/,
];
/** `³` for the `ł` of Polish: in a word, or at the end of one that is no unit or function. */
const polishL = new RegExp(
  '(?:[a-z]{3}|[a-z][aeiouy\u00f3]|[a-z]{2}(?=.[a-z]))(?<!\\b(?:sin|cos|tan|log|ccm))\u00b3|' +
    '\\b[b-df-hj-np-tvwz]\u00b3[aeiouy\u00f3]|(?:^|\\s)\u00b3[a-z]',
  'im',
);
/** Letters that are none in Polish encodings, where `æ` `ê` `ñ` `ó` `œ` are or stand for some. */
const noPolish = /(?![\u00c6\u00ca\u00d1\u00d3\u00e6\u00ea\u00f1\u00f3])[\u00c0-\u00ff]/g;
/** Letters of UTF-8 with one byte of it after the other: `Ã©`, `â€™`. Text has no such pairs. */
const twoBytesOfUtf8 = /\u00c3[\u009f-\u00ba\u00bc-\u00bf]|\u00e2\u0080[\u0090-\u00bf]/;
/** Whole letters of UTF-8 beyond a to z. */
const lettersOfUtf8 = new RegExp(
  '[\u00c2-\u00df][\u0080-\u00bf]|[\u00e0-\u00ef][\u0080-\u00bf]{2}|' +
    '[\u00f0-\u00f4][\u0080-\u00bf]{3}',
  'g',
);

/** The letters beyond a to z that languages have in Windows-1252; a text has those of one … */
const alphabets = [
  'äöüßé', // German
  'àâæçéèêëîïôœùûü', // French, English with its loans
  'áéíñóúüç', // Spanish
  'àáéèêíìïîóòúùüçñ', // Catalan, Italian, Occitan, Gaelic
  'ãáàâçéêíóôõúü', // Portuguese
  'áâäàçéèëêïíîóôöúûü', // Dutch, Afrikaans
  'åäöéüàæø', // Swedish, Finnish, Danish, Norwegian
  'ëç', // Albanian
].map((letters) => new Set(letters));
/**
 * Those of which a text also has one of the first letters: the others alone are those of Turkish
 * (`ð` `ý` `þ` for `ğ` `ı` `ş`), and `š` the `ö` of Mac OS Roman.
 */
const mixedAlphabets = [
  ['áéíóúæø', 'ðýþö'], // Icelandic, Faroese
  ['äõöü', 'šž'], // Estonian
].map(([needed = '', others = '']) => ({
  needed: new Set(needed),
  letters: new Set(needed + others),
}));
/** … or names of several. Of others they are Czech, Turkish, Lithuanian: `š`, `ž`, `ð`, `þ`, `ý`. */
const common = new Set('àáâãäåæçèéêëìíîïñòóôõöøùúûüßœ');
/**
 * From here on some letters may be of another alphabet: Lithuanian in windows-1257 has 40 as
 * Spanish.
 */
const sureConfidence = 45;
/**
 * `Škoda` in an English text: one such letter in 25 from a to z at most, or the less beyond them.
 * Turkish has one in 12.
 */
const rareShare = 25;

/** A text of bytes above 127 may be in any of fifty encodings: another one is not read as this. */
function requireWindows1252(bytes: Buffer): void {
  const lines = bytes
    .toString('latin1')
    .split(/[\r\n]+/)
    .filter((line) => /[\u0080-\u00ff]/.test(line))
    .join('\n');
  const sample = Buffer.from(lines.slice(0, sampleBytes), 'latin1');
  const found = chardet.analyse(sample);
  const [best] = found;
  const hasUtf8 = twoBytesOfUtf8.test(lines);
  if ((hasUtf8 || best?.name === 'UTF-8') && isMostlyUtf8(lines))
    throw new EntryFault('is UTF-8 in part, and in part another encoding: save it as UTF-8');
  const isSure = best !== undefined && best.confidence >= minConfidence;
  const isPossible =
    !hasUtf8 &&
    !noWindows1252.test(lines) &&
    !lettersOfOthers.some((one) => one.test(lines)) &&
    !isPolish(lines) &&
    !isOfOtherScript(lines);
  if (isPossible) {
    const latin = found.find(({ name }) => isLatin(name))?.confidence ?? 0;
    const isFirst = latin > 0 && latin === best?.confidence;
    const isAlike = !isSure || 2 * latin >= best.confidence;
    const letters = listLetters(sample);
    const others = letters.filter((letter) => !common.has(letter)).length;
    const isRare = 2 * others < letters.length || rareShare * others <= countPlainLetters(bytes);
    if (isFirst && (others === 0 || (latin >= sureConfidence && isRare))) return;
    if (isAlike && areOfOneAlphabet(letters)) return;
  }
  const guess = isSure && !isLatin(best.name) ? best.name : undefined;
  const alike = guess === undefined ? '' : `, and looks like ${guess}`;
  throw new EntryFault(
    `is neither UTF-8 nor UTF-16 nor Windows-1252${alike}: save it as UTF-8, ` +
      `such as with iconv -f ${guess ?? '<encoding>'} -t utf-8`,
  );
}

const isLatin = (name: string): boolean => /^(?:windows-1252|iso-8859-1)$/i.test(name);

/** A text with `²`, no sign of Polish, has powers or notes, as one with more letters of others. */
function isPolish(lines: string): boolean {
  if (lines.includes('\u00b2') || !polishL.test(lines)) return false;
  return (lines.match(/\u00b3/g)?.length ?? 0) > (lines.match(noPolish)?.length ?? 0);
}

/** Chinese, Japanese, Korean and Thai encodings have such pairs as well, between others. */
function isMostlyUtf8(lines: string): boolean {
  const inLetters = (lines.match(lettersOfUtf8) ?? []).join('').length;
  return 2 * inLetters >= (lines.match(/[\u0080-\u00ff]/g)?.length ?? 0);
}

/** Words of Latin letters have more of them from a to z than signs beyond that stand in a row. */
function isOfOtherScript(lines: string): boolean {
  const inRows = (lines.match(/[\u0080-\u00ff]{2,}/g) ?? []).join('').length;
  return inRows > 8 && inRows > (lines.match(/[a-z]/gi)?.length ?? 0);
}

/** The letters beyond a to z, each as often as it is there, in small ones. */
function listLetters(sample: Buffer): string[] {
  const text = new TextDecoder('windows-1252').decode(sample).toLowerCase();
  return text.match(/[\p{L}--[\u0000-\u007fª\u00b5\u00ba]]/gv) ?? [];
}

function countPlainLetters(bytes: Buffer): number {
  return bytes.toString('latin1').match(/[a-z]/gi)?.length ?? 0;
}

function areOfOneAlphabet(letters: readonly string[]): boolean {
  const areAllIn = (set: ReadonlySet<string>): boolean =>
    letters.every((letter) => set.has(letter));
  return (
    alphabets.some(areAllIn) ||
    mixedAlphabets.some(
      (one) => areAllIn(one.letters) && letters.some((letter) => one.needed.has(letter)),
    )
  );
}
