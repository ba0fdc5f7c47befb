import type { FastifyInstance } from 'fastify';

import { PulseError } from '../errors.ts';
import { reindexDocuments, retryDocuments } from '../operator/documents.ts';
import { readDocumentStates } from '../records/document-status.ts';
import type { Services } from '../services.ts';
import type { Contract } from './contract.ts';
import { documentNotFound, requireDocumentId } from './document-address.ts';
import type { OfDocument } from './document-address.ts';
import { reindexContract, retryContract } from './document-contracts.ts';
import type { Enqueuer } from './enqueuer.ts';
import type { Gate } from './gate.ts';
import { requestsPerSecond } from './limits.ts';
import { DetailedError } from './problems.ts';

export interface OperationDependencies {
  readonly services: Pick<Services, 'pool' | 'records' | 'log'>;
  readonly enqueuer: Enqueuer;
  readonly gate: Gate;
}

/** What is done with a document that is there. Done twice, it is as if it was done once. */
export async function addDocumentOperations(
  app: FastifyInstance,
  { services: { pool, records, log }, enqueuer: { queues }, gate }: OperationDependencies,
): Promise<void> {
  const rateLimit = { max: requestsPerSecond.documents, timeWindow: 1_000 };
  const optionsOf = (contract: Contract) =>
    ({ config: { access: 'write', rateLimit, contract }, onRequest: gate.enter }) as const;
  const stateOf = async (id: string) => (await readDocumentStates(pool, [id])).get(id);

  app.post<OfDocument>(
    '/api/documents/:id/retry',
    optionsOf(retryContract),
    async ({ params: { id }, keyName, id: requestId }, reply) => {
      requireDocumentId(id);
      const isRetried = (await retryDocuments({ records, queues }, { ids: [id] })) === 1;
      const state = await stateOf(id);
      if (state === undefined) throw documentNotFound();
      if (!isRetried)
        throw new DetailedError(
          new PulseError('API_CONFLICT', 'final', `there is nothing to retry: it is ${state}`),
          { fields: { state } },
        );
      log.info({ documentId: id, key: keyName, requestId }, 'a document was retried');
      reply.code(202);
      return { id, state };
    },
  );

  app.post<OfDocument>(
    '/api/documents/:id/reindex',
    optionsOf(reindexContract),
    async ({ params: { id }, keyName, id: requestId }, reply) => {
      requireDocumentId(id);
      if ((await reindexDocuments({ records, queues }, [id])) === 0) throw documentNotFound();
      log.info({ documentId: id, key: keyName, requestId }, 'a document is indexed again');
      reply.code(202);
      return { id, state: (await stateOf(id)) ?? 'pending' };
    },
  );
}
