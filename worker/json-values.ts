import { peek } from './decode-stream.ts';
import { readByteLines } from './lines.ts';
import { isObjectOverLines } from './object-over-lines.ts';

/** A value of a stream of JSON, not parsed yet. */
export interface JsonValue {
  /** The line on which it begins, from 1. */
  readonly line: number;
  /** Its place in the array around it, from 1; undefined where there is none. */
  readonly record?: number;
  /** Undefined when it is longer than allowed. */
  readonly bytes: Buffer | undefined;
  /** The stream ended within it. */
  readonly isCut?: true;
}

const lookAhead = 64 * 1024;
/** Of an object whose first line is longer: one that goes on after that is read as a line. */
const longLookAhead = 1024 * 1024;

/**
 * Splits a stream into its JSON values: the lines of it, or the elements of an array, or objects
 * that are written over several lines. A value that is too long is skipped while it comes in.
 *
 * @param input UTF-8
 * @param maxBytes of a value
 */
export async function* readJsonValues(
  input: AsyncIterable<Buffer>,
  maxBytes: number,
): AsyncGenerator<JsonValue> {
  const { isOverLines, rest } = await peekForm(input);
  if (isOverLines) yield* new Splitter(maxBytes).split(rest);
  else
    for await (const { number, bytes } of readByteLines(rest, maxBytes)) {
      if (bytes === undefined || bytes.some((byte) => !isBlank(byte)))
        yield { line: number, bytes };
    }
}

/** Splits a line in which values follow each other without an end of line. */
export function* splitLine(line: Buffer): Generator<JsonValue> {
  const splitter = new Splitter(line.length);
  yield* splitter.splitPart(line);
  yield* splitter.end();
}

/** `[INFO] 5 pages`, `[2026-01-31 10:00:00] Done`, before the records of a program. */
const logLine = /^\s*\[(?:[A-Za-z]+\]|[^\]"{}[\n]{1,80}\][ \t]*[^\s,\]])/;

function isOverLinesBehindLog(text: string): boolean {
  let rest = text;
  while (logLine.test(rest)) rest = rest.replace(/^\s*[^\n]*\n?/, '');
  return isObjectOverLines(rest) === true || /^\s*\[\s*$/m.test(rest.slice(0, 100));
}

/** Whether it is an array, or begins with an object that is written over several lines. */
async function peekForm(
  input: AsyncIterable<Buffer>,
): Promise<{ isOverLines: boolean; rest: AsyncGenerator<Buffer> }> {
  const { start, rest } = await peek(input, lookAhead);
  const text = decode(start);
  if (logLine.test(text)) return { isOverLines: isOverLinesBehindLog(text), rest };
  if (/^\s*\[/.test(text)) return { isOverLines: !isLineOfArrays(start), rest };
  const isOverLines = isObjectOverLines(text);
  if (isOverLines !== undefined) return { isOverLines, rest };
  const further = await peek(rest, longLookAhead);
  return { isOverLines: isObjectOverLines(decode(further.start)) ?? false, rest: further.rest };
}

/** Where blanks stay blanks, and every sign of JSON is itself. */
function decode(start: Buffer): string {
  return start.toString('latin1', 0, longLookAhead).replaceAll('\u001E', ' ');
}

/** A line that is an array by itself, with others after it: each is read as a line. */
function isLineOfArrays(start: Buffer): boolean {
  const [first = '', second = ''] = start
    .toString('latin1')
    .trimStart()
    .split(/\r?\n\s*/, 2);
  return /^\[.*\]$/.test(first.trim()) && second !== '';
}

const [quote, backslash, comma, newline] = [0x22, 0x5c, 0x2c, 0x0a];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];
/** One of them stands before each value of a sequence of RFC 7464, such as `jq --seq` writes. */
const isBlank = (byte: number): boolean =>
  byte === 0x20 || byte === 9 || byte === 10 || byte === 13 || byte === 0x1e;

/** @returns where the next quote or backslash is; most of a page is between two of them */
function findEndOfText(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== quote && bytes[at] !== backslash) at += 1;
  return at;
}

/**
 * Finds where values begin and end: those of a list by the commas between them, others by their
 * brackets. Whether they are right JSON it does not know.
 */
class Splitter {
  readonly #maxBytes: number;
  #line = 1;
  #isInList = false;
  /** Of the list, so far. */
  #record = 0;
  #value: { readonly line: number; readonly parts: Buffer[]; size: number } | undefined;
  /** Brackets of the value that are open. */
  #depth = 0;
  #isInText = false;
  #isEscaped = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  async *split(input: AsyncIterable<Buffer>): AsyncGenerator<JsonValue> {
    for await (const part of input) yield* this.splitPart(part);
    yield* this.end();
  }

  *splitPart(part: Buffer): Generator<JsonValue> {
    let from = 0;
    for (let at = 0; at < part.length; at += 1) {
      if (this.#isInText && !this.#isEscaped) at = findEndOfText(part, at);
      const byte = part[at];
      if (byte === undefined) break;
      if (this.#value === undefined) {
        if (this.#begins(byte)) from = at;
      } else if (this.#isSeparator(byte)) {
        yield this.#take(part.subarray(from, at));
        if (byte === closeList) this.#isInList = false;
      } else if (this.#closes(byte)) yield this.#take(part.subarray(from, at + 1));
      if (byte === newline) this.#line += 1;
    }
    if (this.#value !== undefined) this.#add(part.subarray(from));
  }

  *end(): Generator<JsonValue> {
    const isWhole = this.#isInList && this.#depth === 0 && !this.#isInText;
    if (this.#value !== undefined)
      yield { ...this.#take(Buffer.alloc(0)), ...(!isWhole && { isCut: true }) };
    if (this.#isInList && isWhole) yield { line: this.#line, bytes: Buffer.alloc(0), isCut: true };
  }

  /** Whether a value begins with this byte, which stands between two of them. */
  #begins(byte: number): boolean {
    if (isBlank(byte) || (this.#isInList && byte === comma)) return false;
    if (this.#isInList && byte === closeList) {
      this.#isInList = false;
      return false;
    }
    if (!this.#isInList && byte === openList) {
      this.#isInList = true;
      this.#record = 0;
      return false;
    }
    this.#value = { line: this.#line, parts: [], size: 0 };
    this.#depth = 0;
    this.#isInText = false;
    this.#isEscaped = false;
    this.#closes(byte);
    return true;
  }

  /** Whether the value in hand has ended before this byte. */
  #isSeparator(byte: number): boolean {
    if (this.#isInText || this.#depth > 0) return false;
    return this.#isInList ? byte === comma || byte === closeList : byte === newline;
  }

  /** Whether this byte ends the value in hand by closing its last bracket. */
  #closes(byte: number): boolean {
    if (this.#isInText) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === backslash) this.#isEscaped = true;
      else if (byte === quote) this.#isInText = false;
      return false;
    }
    if (byte === quote) this.#isInText = true;
    else if (byte === openList || byte === openObject) this.#depth += 1;
    else if (byte === closeList || byte === closeObject) {
      this.#depth -= 1;
      return this.#depth === 0 && !this.#isInList;
    }
    return false;
  }

  #add(bytes: Buffer): void {
    const value = this.#value;
    if (value === undefined) return;
    value.size += bytes.length;
    if (value.size > this.#maxBytes) value.parts.length = 0;
    else value.parts.push(bytes);
  }

  #take(last: Buffer): JsonValue {
    this.#add(last);
    const { line = 0, parts = [], size = 0 } = this.#value ?? {};
    this.#value = undefined;
    this.#record += 1;
    return {
      line,
      ...(this.#isInList && { record: this.#record }),
      bytes: size > this.#maxBytes ? undefined : Buffer.concat(parts),
    };
  }
}
