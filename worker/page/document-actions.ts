import type { FastifyInstance, FastifyRequest } from 'fastify';

import { documentNotFound, requireDocumentId } from '../api/document-address.ts';
import type { OfDocument } from '../api/document-address.ts';
import { PulseError } from '../errors.ts';
import { deleteDocuments, reindexDocuments, retryDocuments } from '../operator/documents.ts';
import { readDocumentStates } from '../records/document-status.ts';
import type { Done } from './done.ts';
import { address, documentAddress } from './elements.ts';
import { screenOptions } from './screen.ts';
import type { ScreenParts } from './screen.ts';

/** What an operator does with one document, as the routes of the API do it. */
export async function addDocumentActions(
  app: FastifyInstance,
  { services: { pool, records, removals, log }, enqueuer: { queues }, gate }: ScreenParts,
): Promise<void> {
  const options = screenOptions('write', [gate.enter]);
  const report = ({ keyName, id: requestId }: FastifyRequest, documentId: string, what: string) =>
    log.info({ documentId, key: keyName, requestId }, what);
  const back = (id: string, done: Done): string => address(documentAddress(id), { done });

  app.post<OfDocument>('/documents/:id/retry', options, async (request, reply) => {
    const { id } = request.params;
    requireDocumentId(id);
    if ((await retryDocuments({ records, queues }, { ids: [id] })) === 0) {
      const state = (await readDocumentStates(pool, [id])).get(id);
      if (state === undefined) throw documentNotFound();
      throw new PulseError('API_CONFLICT', 'final', `there is nothing to retry: it is ${state}`);
    }
    report(request, id, 'a document was retried');
    return reply.redirect(back(id, 'retried'), 303);
  });

  app.post<OfDocument>('/documents/:id/reindex', options, async (request, reply) => {
    const { id } = request.params;
    requireDocumentId(id);
    if ((await reindexDocuments({ records, queues }, [id])) === 0) throw documentNotFound();
    report(request, id, 'a document is indexed again');
    return reply.redirect(back(id, 'reindexed'), 303);
  });

  app.post<OfDocument>('/documents/:id/delete', options, async (request, reply) => {
    const { id } = request.params;
    requireDocumentId(id);
    const [deleted] = await deleteDocuments({ removals, queues }, [id]);
    if (deleted === undefined) throw documentNotFound();
    report(request, id, 'a document was deleted');
    return reply.redirect(address('/documents', { done: 'deleted' satisfies Done }), 303);
  });
}
