import type { FastifyInstance } from 'fastify';
import type { Pool } from 'pg';

import { documentIdOf } from '../documents/document-id.ts';
import { PulseError } from '../errors.ts';
import { readChunkPage, readRuns } from '../records/document-history.ts';
import { listDocuments } from '../records/document-list.ts';
import type { Contract } from './contract.ts';
import { writeCursor } from './cursors.ts';
import { documentNotFound, requireDocumentId } from './document-address.ts';
import type { OfDocument } from './document-address.ts';
import {
  chunksContract,
  chunksQuery,
  listContract,
  listQuery,
  runsContract,
  runsQuery,
} from './document-list-contracts.ts';
import type { Gate } from './gate.ts';
import { parseInput } from './input.ts';
import { requestsPerSecond } from './limits.ts';
import { DetailedError } from './problems.ts';

export interface PageDependencies {
  readonly pool: Pool;
  readonly gate: Gate;
}

/** Lists, a page at a time: of documents, and of one document's chunks and runs. */
export async function addDocumentPages(
  app: FastifyInstance,
  { pool, gate }: PageDependencies,
): Promise<void> {
  const rateLimit = { max: requestsPerSecond.documents, timeWindow: 1_000 };
  const optionsOf = (contract: Contract) =>
    ({ config: { access: 'read', rateLimit, contract }, onRequest: gate.enter }) as const;

  app.get('/api/documents', optionsOf(listContract), async ({ query }) => {
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

  app.get<OfDocument>(
    '/api/documents/:id/chunks',
    optionsOf(chunksContract),
    async ({ params: { id }, query }) => {
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
    },
  );

  app.get<OfDocument>(
    '/api/documents/:id/runs',
    optionsOf(runsContract),
    async ({ params: { id }, query }) => {
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
    },
  );
}
