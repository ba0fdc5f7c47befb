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

/** What a page says of itself in HTML or XML, within the bytes in which browsers look for it. */
const declared = /<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)/i;
const declarationBytes = 1024;
/** Below it the detection guesses: a short text in Spanish has 69, Czech in windows-1250 has 8. */
const minConfidence = 20;
const sampleBytes = 64 * 1024;

/**
 * Decodes a file that people wrote: UTF-8, UTF-16, what an HTML page declares, Windows-1252.
 *
 * @param isHtml it may declare its charset
 * @returns its text without a byte order mark
 * @throws EntryFault that names the encoding, when it is another one or none
 */
export function decodeText(bytes: Buffer, isHtml = false): string {
  const mark = marks.find((one) => one.bytes.every((byte, index) => bytes[index] === byte));
  if (mark !== undefined) return decodeAs(mark.encoding, bytes);
  const unmarked = findUnmarkedUtf16(bytes);
  if (unmarked !== undefined) return decodeAs(unmarked, bytes);
  if (bytes.includes(0)) throw new EntryFault('is binary data and no text');
  if (isUtf8(bytes)) return bytes.toString();
  const start = isHtml ? bytes.toString('latin1', 0, declarationBytes) : '';
  const [, label] = declared.exec(start) ?? [];
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

/** Bytes that mean nothing in Windows-1252, and control characters that no text has. */
const noWindows1252 = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f\u0081\u008d\u008f\u0090\u009d]/;
/**
 * Signs within a word, and a capital after a small letter: letters of Mac OS Roman and of DOS. The
 * dashes, the ellipsis, the apostrophe and the trade mark may stand between letters.
 */
const letterOfOther =
  /[A-Za-z][\u0082-\u0084\u0086-\u0089\u008b\u0093\u0094\u0098\u009b][a-z]|[a-z][\u008a\u008c\u008e\u009f]/;

/** A text of bytes above 127 may be in any of fifty encodings: another one is not read as this. */
function requireWindows1252(bytes: Buffer): void {
  const lines = bytes
    .toString('latin1')
    .split(/[\r\n]+/)
    .filter((line) => /[\u0080-\u00ff]/.test(line))
    .join('\n');
  const sample = Buffer.from(lines.slice(0, sampleBytes), 'latin1');
  const [best, next] = chardet.analyse(sample);
  const isLatin = /^(?:windows-1252|iso-8859-1)$/i.test(best?.name ?? '');
  const isSure = best !== undefined && best.confidence >= minConfidence;
  const isFirst = best !== undefined && best.confidence > (next?.confidence ?? 0);
  if (isLatin && isSure && isFirst && !noWindows1252.test(lines) && !letterOfOther.test(lines))
    return;
  const guess = best === undefined || isLatin || !isSure ? '' : `, and looks like ${best.name}`;
  throw new EntryFault(
    `is neither UTF-8 nor UTF-16 nor Windows-1252${guess}: save it as UTF-8, ` +
      `such as with iconv -f ${guess === '' ? '<encoding>' : best?.name} -t utf-8`,
  );
}
