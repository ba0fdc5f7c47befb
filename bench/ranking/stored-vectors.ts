/**
 * Vectors of the judged set, as all-MiniLM-L6-v2 makes them: a hybrid search is ranked in a test
 * without a model. A line is the hash of a text, a tab, and 384 numbers from -127 to 127 in base64;
 * a cosine of two such vectors is off by less than 0.01.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export type Vector = readonly number[];

/** Files of vectors are read by text. */
export class StoredVectors {
  readonly #byHash: ReadonlyMap<string, string>;

  constructor(file: string) {
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    this.#byHash = new Map(lines.map((line) => line.split('\t') as [string, string]));
  }

  /** @throws Error when the text is not the one that was embedded */
  of(text: string): Vector {
    const packed = this.#byHash.get(hashText(text));
    if (packed === undefined)
      throw new Error(
        `no vector is stored of "${text.slice(0, 60)}…": npm run ranking -- --vectors makes them`,
      );
    return normalize([...new Int8Array(Buffer.from(packed, 'base64'))]);
  }
}

/** @returns the line of a text */
export function formatVector(text: string, vector: Vector): string {
  const largest = Math.max(...vector.map(Math.abs));
  const packed = Int8Array.from(vector, (value) => Math.round((value / largest) * 127));
  return `${hashText(text)}\t${Buffer.from(packed.buffer).toString('base64')}\n`;
}

/** @returns the cosine of two vectors of length 1 */
export function cosine(one: Vector, other: Vector): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] as number), 0);
}

function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function normalize(vector: Vector): Vector {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
