import { isUtf8 } from 'node:buffer';

import { decodeStream } from '../decode-stream.ts';
import { listRecords } from '../documents/crawler-answer.ts';
import { PulseError } from '../errors.ts';
import { readJsonValues } from '../json-values.ts';
import type { JsonValue } from '../json-values.ts';
import { largeBytes, maxValueBytes, tooLong } from './entries.ts';
import type { Entry } from './entries.ts';

export const notJson = 'not JSON';
export const expectedJson =
  "one JSON object a line, a JSON array of objects, or a crawler's saved answer, " +
  'in UTF-8, as it is or compressed with gzip';

/**
 * Reads records of JSON: one a line, an array, a crawler's answer, or objects over several lines.
 *
 * @returns each as an entry, in the order of the input; what cannot be read on ends with one
 */
export async function* readRecords(input: AsyncIterable<Buffer | string>): AsyncGenerator<Entry> {
  let line = 0;
  try {
    for await (const value of readJsonValues(decodeStream(input), maxValueBytes)) {
      line = value.line;
      yield* readValue(value);
    }
  } catch (error) {
    if (!(error instanceof PulseError) || error.code !== 'DOCUMENT_INVALID') throw error;
    yield { place: { line: line + 1 }, problem: error.message };
  }
}

function* readValue(value: JsonValue): Generator<Entry> {
  const { line, record, bytes } = value;
  const place = { line, ...(record !== undefined && { record }) };
  const parsed = parse(value);
  if ('problem' in parsed) yield { place, ...parsed };
  else {
    const isLarge = (bytes?.length ?? 0) > largeBytes;
    const records = listRecords(parsed.value);
    if (records === undefined) yield { place, value: parsed.value, isLarge };
    else
      for (const [index, one] of records.entries())
        yield { place: { line, record: index + 1 }, value: one, isLarge };
  }
}

function parse({ bytes, isCut }: JsonValue): { value: unknown } | { problem: string } {
  if (isCut) return { problem: `${notJson}: the input ends in the middle of it` };
  if (bytes === undefined) return { problem: tooLong };
  // What a decoder makes of other bytes would be stored in place of the letters.
  if (!isUtf8(bytes)) return { problem: 'is no UTF-8: convert it, such as with iconv -t utf-8' };
  try {
    return { value: JSON.parse(bytes.toString().replace(/^\uFEFF/, '')) as unknown };
  } catch {
    return { problem: notJson };
  }
}
