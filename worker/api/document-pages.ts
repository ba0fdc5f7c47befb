import type { FastifyInstance } from 'fastify';
import type { Pool } from 'pg';
import { z } from 'zod';

import { canonicalizeUrl } from '../documents/canonical-url.ts';
import { documentIdOf } from '../documents/document-id.ts';
import { PulseError } from '../errors.ts';
import { readChunkPage, readRuns } from '../records/document-history.ts';
import { listDocuments } from '../records/document-list.ts';
import { documentStates } from '../records/document-status.ts';
import { readCursor, writeCursor } from './cursors.ts';
import { documentNotFound, requireDocumentId } from './document-address.ts';
import type { OfDocument } from './document-address.ts';
import type { Gate } from './gate.ts';
import { filterText, pageSize, parseInput } from './input.ts';
import { requestsPerSecond } from './limits.ts';
import { DetailedError } from './problems.ts';

export interface PageDependencies {
  readonly pool: Pool;
  readonly gate: Gate;
}

/** What Postgres cannot hold, and no crawl is called. */
const withoutControls = /^[^\p{Cc}\p{Cs}]*$/u;

// Strict: a misspelt filter would filter nothing, without a word.
const listQuery = z.strictObject({
  state: z.enum(documentStates).optional(),
  host: filterText('host').optional(),
  url: z
    .string()
    .max(2_048)
    .transform(
      (text, context) =>
        canonicalizeUrl(text) ?? (context.addIssue('is no http, https or file URL'), z.NEVER),
    )
    .optional(),
  crawl: z.string().min(1).max(200).regex(withoutControls, 'has control characters').optional(),
  code: z
    .string()
    .max(100)
    .regex(/^[A-Z]+(?:_[A-Z]+)*$/, 'is no code such as TEI_TIMEOUT')
    .optional(),
  limit: pageSize,
  cursor: readCursor(/^d(\d{1,16})\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/).optional(),
});
const chunksQuery = z.strictObject({
  limit: pageSize,
  cursor: readCursor(/^c(\d{1,15})\/(\d{1,9})$/).optional(),
});
const runsQuery = z.strictObject({
  limit: pageSize,
  cursor: readCursor(/^r(\d{1,15})$/).optional(),
});

/** Lists, a page at a time: of documents, and of one document's chunks and runs. */
export async function addDocumentPages(
  app: FastifyInstance,
  { pool, gate }: PageDependencies,
): Promise<void> {
  const rateLimit = { max: requestsPerSecond.documents, timeWindow: 1_000 };
  const options = { config: { access: 'read', rateLimit }, onRequest: gate.enter } as const;

  app.get('/api/documents', options, async ({ query }) => {
    const { cursor, limit: most, url, ...filter } = parseInput(listQuery, query);
    const [createdAt = '', id = ''] = cursor ?? [];
    const { items, next } = await listDocuments(
      pool,
      { ...filter, documentId: url === undefined ? undefined : documentIdOf(url) },
      most,
      cursor && { createdAt, id },
    );
    return { items, next: next === undefined ? null : writeCursor(`d${next.createdAt}`, next.id) };
  });

  app.get<OfDocument>('/api/documents/:id/chunks', options, async ({ params: { id }, query }) => {
    const { cursor, limit: most } = parseInput(chunksQuery, query);
    requireDocumentId(id);
    const [ofVersion, from = 0] = (cursor ?? []).map(Number);
    const found = await readChunkPage(pool, id, from, most + 1);
    if (found === undefined) throw documentNotFound();
    const { versionId } = found;
    if (ofVersion !== undefined && ofVersion !== versionId)
      throw new DetailedError(
        new PulseError(
          'API_CONFLICT',
          'final',
          'another version has come since the cursor was given',
        ),
        { fields: { versionId } },
      );
    const next = found.items[most];
    return {
      versionId,
      items: found.items.slice(0, most),
      next: next === undefined ? null : writeCursor(`c${versionId}`, next.index),
    };
  });

  app.get<OfDocument>('/api/documents/:id/runs', options, async ({ params: { id }, query }) => {
    const { cursor, limit: most } = parseInput(runsQuery, query);
    requireDocumentId(id);
    const before = Number(cursor?.[0] ?? Number.MAX_SAFE_INTEGER);
    const found = await readRuns(pool, id, before, most + 1);
    if (found === undefined) throw documentNotFound();
    const shown = found.slice(0, most);
    return {
      items: shown.map(({ id: _id, ...run }) => run),
      next: found.length > most ? writeCursor(`r${shown.at(-1)?.id}`) : null,
    };
  });
}
