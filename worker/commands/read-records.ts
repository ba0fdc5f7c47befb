import { isUtf8 } from 'node:buffer';

import { decodeStream } from '../decode-stream.ts';
import { listRecords } from '../documents/crawler-answer.ts';
import { findPart, furtherPart, PartsOfPages } from '../documents/record-part.ts';
import { PulseError } from '../errors.ts';
import { readJsonValues, splitLine } from '../json-values.ts';
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
  const parts = new PartsOfPages();
  try {
    for await (const value of readJsonValues(decodeStream(input), maxValueBytes)) {
      line = value.line;
      for (const entry of readValue(value)) {
        const part = 'value' in entry ? findPart(entry.value) : undefined;
        yield parts.isFurther(part) ? { place: entry.place, problem: furtherPart } : entry;
      }
    }
  } catch (error) {
    if (!(error instanceof PulseError) || error.code !== 'DOCUMENT_INVALID') throw error;
    yield { place: { line: line + 1 }, problem: error.message };
  }
}

function* readValue(value: JsonValue): Generator<Entry> {
  const { line, record, bytes } = value;
  const all = parseAll(value);
  const isLarge = (bytes?.length ?? 0) > largeBytes;
  let count = 0;
  for (const parsed of all) {
    const records = 'problem' in parsed ? undefined : listRecords(parsed.value);
    // Several of a line are counted through.
    const isOne = records === undefined && all.length === 1;
    const place = { line, ...(isOne && record !== undefined && { record }) };
    if ('problem' in parsed) yield { place: isOne ? place : { line, record: ++count }, ...parsed };
    else
      for (const one of records ?? [parsed.value])
        yield { place: isOne ? place : { line, record: ++count }, value: one, isLarge };
  }
}

type Parsed = { readonly value: unknown } | { readonly problem: string };

function parseAll({ bytes, isCut, record }: JsonValue): readonly Parsed[] {
  if (isCut) return [{ problem: `${notJson}: the input ends in the middle of it` }];
  if (bytes === undefined)
    return [{ problem: `${tooLong}; of many pages give each in a line, such as with jq -c` }];
  // What a decoder makes of other bytes would be stored in place of the letters.
  if (!isUtf8(bytes)) return [{ problem: 'is no UTF-8: convert it, such as with iconv -t utf-8' }];
  const whole = parse(bytes.toString());
  return ('problem' in whole && record === undefined ? parseObjects(bytes) : undefined) ?? [whole];
}

/**
 * Reads objects that follow each other in a line, as files without a line end that were joined, or
 * one behind U+001E or before a comma.
 *
 * @returns undefined where something else stands in the line, or none of them can be read
 */
function parseObjects(line: Buffer): readonly Parsed[] | undefined {
  const texts = [...splitLine(line)]
    .map(({ bytes = Buffer.alloc(0) }) => bytes.toString().replace(/^[\s,\uFEFF]+/, ''))
    .filter((text) => text !== '');
  if (!texts.every((text) => text.startsWith('{'))) return undefined;
  const all = texts.map(parse);
  return all.some((parsed) => 'value' in parsed) ? all : undefined;
}

function parse(text: string): Parsed {
  const json = text.replace(/^\uFEFF/, '');
  return parseStrictly(json) ?? parseStrictly(omitNonNumbers(json)) ?? { problem: notJson };
}

function parseStrictly(json: string): Parsed | undefined {
  try {
    return { value: JSON.parse(json) as unknown };
  } catch {
    return undefined;
  }
}

/** Puts null in the place of what Python writes for numbers that JSON does not have. */
function omitNonNumbers(json: string): string {
  if (!/NaN|Infinity/.test(json)) return json;
  const parts: string[] = [];
  let from = 0;
  let isInText = false;
  for (const { 0: sign, index } of json.matchAll(/\\.|"|-?(?:NaN|Infinity)/gs)) {
    if (sign === '"') isInText = !isInText;
    else if (!isInText && !sign.startsWith('\\')) {
      parts.push(json.slice(from, index), 'null');
      from = index + sign.length;
    }
  }
  return [...parts, json.slice(from)].join('');
}
