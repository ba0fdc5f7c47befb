export interface Line {
  /** Counted from 1. */
  readonly number: number;
  /** Undefined when the line is longer than allowed. */
  readonly text: string | undefined;
}

/** The same before it is decoded: a decoder hides what is no UTF-8. */
export interface ByteLine {
  readonly number: number;
  readonly bytes: Buffer<ArrayBuffer> | undefined;
}

const newline = 0x0a;

/**
 * Reads the lines of a stream of UTF-8. A line that is too long is skipped while it comes in, so
 * that not even an endless line can fill the memory.
 *
 * @param maxBytes of a line
 */
export async function* readLines(
  input: AsyncIterable<Buffer | string>,
  maxBytes: number,
): AsyncGenerator<Line> {
  for await (const { number, bytes } of readByteLines(input, maxBytes))
    yield { number, text: bytes?.toString().replace(/\r$/, '') };
}

/** As {@link readLines}, without decoding. A carriage return at the end of a line stays. */
export async function* readByteLines(
  input: AsyncIterable<Buffer | string>,
  maxBytes: number,
): AsyncGenerator<ByteLine> {
  let parts: Buffer[] = [];
  let size = 0;
  let number = 0;
  const add = (part: Buffer): void => {
    size += part.length;
    if (size > maxBytes) parts = [];
    else parts.push(part);
  };
  const take = (): ByteLine => {
    const line = {
      number: ++number,
      bytes: size > maxBytes ? undefined : Buffer.concat(parts),
    };
    parts = [];
    size = 0;
    return line;
  };
  for await (const received of input) {
    let rest = typeof received === 'string' ? Buffer.from(received) : received;
    for (let end = rest.indexOf(newline); end >= 0; end = rest.indexOf(newline)) {
      add(rest.subarray(0, end));
      yield take();
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) add(rest);
  }
  if (size > 0) yield take();
}
