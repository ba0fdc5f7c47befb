/** A line of input, counted from 1; without text when it is longer than allowed. */
export interface Line {
  readonly number: number;
  readonly text: string | undefined;
}

const newline = 0x0a;

/**
 * Lines of a stream of UTF-8. One of more than `longest` bytes is skipped as it comes, so that no
 * input, not even an endless line, can fill the memory.
 */
export async function* readLines(
  input: AsyncIterable<Buffer | string>,
  longest: number,
): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let size = 0;
  let number = 0;
  const add = (part: Buffer): void => {
    size += part.length;
    if (size > longest) parts = [];
    else parts.push(part);
  };
  const take = (): Line => {
    const line = {
      number: ++number,
      text: size > longest ? undefined : Buffer.concat(parts).toString().replace(/\r$/, ''),
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
