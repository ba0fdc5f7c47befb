import { audit } from '../../worker/audit/audit.ts';
import { pointId } from '../../worker/vectors/points.ts';
import { eventually } from './eventually.ts';
import type { Acceptable } from './intake.ts';
import { readPending, readStores } from './stored.ts';
import type { StoredChunk, Stored, StoredDocument } from './stored.ts';
import type { TestStack } from './test-stack.ts';
import { untilAnswered } from './until-answered.ts';

/**
 * The code that a document must have failed with, by URL, where it was accepted and cannot be
 * indexed; `any` where it may be indexed or have failed with some code.
 */
export type Failures = Readonly<Record<string, string>>;

/**
 * Waits until nothing is left to do, then compares every document, chunk, point and keyword row
 * with what was acknowledged. Exactly once: one row, one point and one keyword row for each chunk
 * of the latest version, and nothing else.
 *
 * @returns a line for each disagreement; none is what a test wants
 */
export async function findInconsistencies(
  stack: TestStack,
  { failures = {} }: { failures?: Failures } = {},
): Promise<string[]> {
  const stored = await waitUntilSettled(stack);
  const found = compareStores(
    stack.intake.acknowledged,
    stored,
    failures,
    Number(stack.directEnv['WEBHOOK_VECTOR_DIM']),
  );
  const own = await untilAnswered(() => audit(stack.services));
  return [
    ...found,
    ...own.findings.map(({ url, problem }) => `the worker's own audit: ${url}: ${problem}`),
  ];
}

/**
 * Waits until nothing is pending and the stores read the same twice: a write that came too late for
 * one reading is in the next.
 */
export async function waitUntilSettled(stack: TestStack): Promise<Stored> {
  let before = '';
  return eventually('stores that no longer change', async () => {
    await expectNothingLeft(stack);
    const stored = await readStores(stack.directEnv);
    const now = JSON.stringify(stored);
    if (now !== before) {
      before = now;
      throw new Error('the stores still change');
    }
    return stored;
  });
}

async function expectNothingLeft({ directEnv, services }: TestStack): Promise<void> {
  const pending = await readPending(directEnv);
  if (pending.length > 0)
    throw new Error(
      `${pending.length} document(s) still pending, among them ` +
        `${pending.slice(0, 3).join(', ')}; queues: ` +
        JSON.stringify(await services.queues.counts()),
    );
  const removals = await services.removals.count();
  if (removals > 0) throw new Error(`${removals} deletion(s) not carried out yet`);
  const { indexing, embedding } = await services.queues.counts();
  const left = [indexing, embedding].reduce(
    (sum, { waiting, active, delayed }) => sum + waiting + active + delayed,
    0,
  );
  if (left > 0) throw new Error(`${left} job(s) are left`);
}

/**
 * Compares what the stores hold with what they should hold. It reads nothing itself.
 *
 * @param acknowledged what each document may be, by URL
 * @param dimensions numbers in a vector
 * @returns a line for each disagreement
 */
export function compareStores(
  acknowledged: ReadonlyMap<string, Acceptable>,
  { documents, chunks, keywordRows, points }: Stored,
  failures: Failures,
  dimensions: number,
): string[] {
  const byUrl = new Map(documents.map((document) => [document.url, document]));
  const found: string[] = [];
  for (const [url, acceptable] of acknowledged) {
    const document = byUrl.get(url);
    if (document === undefined && !acceptable.has('gone'))
      found.push(`${url}: was acknowledged and is gone`);
    if (document !== undefined && !acceptable.has(document.contentHash))
      found.push(`${url}: its latest version is not the one acknowledged last`);
  }
  for (const document of documents)
    if (!acknowledged.has(document.url)) found.push(`${document.url}: came in unacknowledged`);

  const chunksByStore = {
    chunks: grouped(chunks),
    'keyword rows': grouped(keywordRows),
    points: grouped(points),
  };
  for (const document of documents) {
    const code = failures[document.url];
    const mayBeIndexed = code === undefined || (code === 'any' && document.code === null);
    if (mayBeIndexed) found.push(...asIndexed(document, chunksByStore));
    else if (code === 'any')
      found.push(
        ...(document.state === 'failed'
          ? []
          : [`${document.url}: ${document.state} with ${document.code}`]),
      );
    else if (document.state !== 'failed' || document.code !== code)
      found.push(
        `${document.url}: ${document.state} (${document.code}), and not failed with ${code}`,
      );
  }
  const known = new Set(documents.map(({ documentId }) => documentId));
  for (const [kind, byDocument] of Object.entries(chunksByStore)) {
    for (const [documentId, orphans] of byDocument)
      if (!known.has(documentId))
        found.push(`${orphans.length} ${kind} of ${documentId}, a document that is not there`);
  }
  const urlOf = new Map(documents.map(({ documentId, url }) => [documentId, url]));
  for (const point of points) {
    const url = urlOf.get(point.documentId);
    if (url !== undefined && point.pointId !== pointId(url, point.chunk))
      found.push(
        `${url}: the point of chunk ${point.chunk} has an id ` +
          'that a repeated write would not overwrite',
      );
    if (
      point.vector.length !== dimensions ||
      !point.vector.every(Number.isFinite) ||
      Math.abs(Math.hypot(...point.vector) - 1) > 0.01
    )
      found.push(`${url ?? point.documentId}: the vector of chunk ${point.chunk} is none`);
  }
  return found;
}

function grouped(chunks: readonly StoredChunk[]): Map<string, StoredChunk[]> {
  return Map.groupBy(chunks, ({ documentId }) => documentId);
}

function asIndexed(
  document: StoredDocument,
  chunksByStore: Readonly<Record<'chunks' | 'keyword rows' | 'points', Map<string, StoredChunk[]>>>,
): string[] {
  if (document.state !== 'indexed')
    return [`${document.url}: ${document.state} (${document.code ?? 'no code'}), and not indexed`];
  const wanted = chunksByStore.chunks.get(document.documentId) ?? [];
  const found: string[] = [];
  if (wanted.length === 0) found.push(`${document.url}: indexed without chunks`);
  const whole = wanted.map(({ text }) => text).join(' ');
  const lost = [...new Set(document.text.match(/\S+/g) ?? [])].find(
    (word) => word.length < 50 && !whole.includes(word),
  );
  if (lost !== undefined) found.push(`${document.url}: no chunk has its word "${lost}"`);
  for (const [kind, byDocument] of Object.entries(chunksByStore)) {
    const lines = (rows: readonly StoredChunk[]) =>
      rows.map(({ version, chunk, text }) => `${version}/${chunk}/${text}`).sort();
    const [have, want] = [
      lines(byDocument.get(document.documentId) ?? []),
      lines(wanted.map((chunk, index) => ({ ...chunk, chunk: index, version: document.version }))),
    ];
    if (have.join('\n') !== want.join('\n'))
      found.push(
        `${document.url}: ${want.length} chunk(s) of version ${document.version}, ` +
          `${have.length} ${kind}: ${differing(have, want)}`,
      );
  }
  return found;
}

function differing(have: readonly string[], want: readonly string[]): string {
  const short = (lines: readonly string[]) =>
    lines
      .slice(0, 3)
      .map((line) => line.slice(0, 40))
      .join(', ') || 'none';
  const isRepeated = (line: string, index: number) => have.indexOf(line) !== index;
  const surplus = have.filter((line, index) => !want.includes(line) || isRepeated(line, index));
  const missing = want.filter((line) => !have.includes(line));
  return `too many: ${short(surplus)}; missing: ${short(missing)}`;
}
