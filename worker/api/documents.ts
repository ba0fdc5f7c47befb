import { Readable } from 'node:stream';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { codes } from '../../shared/codes.ts';
import { isCode } from '../../shared/explain.ts';
import { PulseError } from '../errors.ts';
import { submitPage } from '../indexing/submit-document.ts';
import { deleteDocuments } from '../operator/documents.ts';
import { readDocumentStates, readDocumentStatus } from '../records/document-status.ts';
import type { DocumentStatus } from '../records/document-status.ts';
import type { Services } from '../services.ts';
import { documentNotFound, requireDocumentId } from './document-address.ts';
import type { OfDocument } from './document-address.ts';
import {
  deleteContract,
  documentContract,
  submitContract,
  submitQuery,
  waitQuery,
} from './document-contracts.ts';
import { readJobInTime } from './document-job.ts';
import type { Enqueuer } from './enqueuer.ts';
import { listEntries, readEntries } from './entries.ts';
import type { Gate } from './gate.ts';
import { parseInput } from './input.ts';
import {
  bodyLimit,
  linesLimit,
  maxWaitSeconds,
  requestsPerSecond,
  timeLimitsMs,
} from './limits.ts';
import type { PageReader } from './page-reader.ts';
import { DetailedError } from './problems.ts';
import type { ReadPage } from './read-pages.ts';
import type { StateWatch } from './state-watch.ts';
import { storePages } from './store-pages.ts';
import type { Entry, Tally } from './store-pages.ts';

export interface DocumentDependencies {
  readonly services: Services;
  readonly enqueuer: Enqueuer;
  readonly reader: PageReader;
  readonly gate: Gate;
  readonly watch: StateWatch;
}

/** Documents come in, are looked at and are deleted. */
export async function addDocumentRoutes(
  app: FastifyInstance,
  { services, enqueuer, reader, gate, watch }: DocumentDependencies,
): Promise<void> {
  const { pool, records, removals, log } = services;
  const intake = { records, queues: enqueuer.queues, log };
  const rateLimit = { max: requestsPerSecond.documents, timeWindow: 1_000 };

  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit },
    (_request, body, done) => done(null, body),
  );
  app.addContentTypeParser('application/x-ndjson', (_request, body, done) => done(null, body));

  app.post(
    '/api/documents',
    {
      config: { access: 'write', rateLimit, contract: submitContract },
      onRequest: gate.enter,
      handlerTimeout: timeLimitsMs.receive + timeLimitsMs.answer,
    },
    async (request, reply) => {
      const { items } = parseInput(submitQuery, request.query);
      const storeAll = (entries: AsyncIterable<Entry> | Iterable<Entry>) =>
        storeMany(entries, items === 'all', reply);
      if (request.body instanceof Readable) {
        requireLength(request);
        return storeAll(readEntries(request.body, reader));
      }
      if (!Buffer.isBuffer(request.body))
        throw new PulseError('API_SYNTAX', 'final', 'the request has no body');
      const body = request.body as Buffer<ArrayBuffer>;
      const readAndStore = async (): Promise<object> => {
        const { isList, pages } = await reader.read(body);
        return isList ? storeAll(listEntries(pages)) : storeOne(pages[0] as ReadPage, reply);
      };
      return reader.takeTurn(body, readAndStore);
    },
  );

  async function storeOne(read: ReadPage, reply: FastifyReply): Promise<object> {
    if ('refusal' in read) throw new PulseError(read.refusal.code, 'final', read.refusal.detail);
    const { page, cleanMs } = read;
    const { documentId: id, outcome } = await submitPage(intake, page, { clean: cleanMs });
    const isNew = outcome === 'accepted';
    const state = isNew ? 'pending' : (await readDocumentStates(pool, [id])).get(id);
    reply.code(isNew ? 202 : 200).header('location', `/api/documents/${id}`);
    return { id, outcome, state };
  }

  async function storeMany(
    entries: AsyncIterable<Entry> | Iterable<Entry>,
    wantsAll: boolean,
    reply: FastifyReply,
  ): Promise<object> {
    const timeout = new AbortController();
    const timer = setTimeout(
      () => timeout.abort(new PulseError('API_BUSY', 'away', 'not all was stored in time')),
      timeLimitsMs.store,
    );
    try {
      const tally = await storePages(intake, entries, timeout.signal, wantsAll);
      if (tally.accepted + tally.unchanged === 0)
        throw new DetailedError(
          new PulseError('DOCUMENT_INVALID', 'final', describeNone(tally.items)),
          { fields: tally },
        );
      reply.code(202);
      return tally;
    } finally {
      clearTimeout(timer);
    }
  }

  app.get<OfDocument>(
    '/api/documents/:id',
    {
      config: { access: 'read', rateLimit, contract: documentContract },
      onRequest: gate.enter,
      handlerTimeout: maxWaitSeconds * 1_000 + timeLimitsMs.answer,
    },
    async ({ params: { id }, query }, reply) => {
      const { wait, until } = parseInput(waitQuery, query);
      requireDocumentId(id);
      if (wait > 0) {
        const gone = new AbortController();
        reply.raw.once('close', () => gone.abort());
        await watch.wait(id, until, wait * 1_000, gone.signal);
      }
      const found = await readDocumentStatus(pool, id);
      if (found === undefined) throw documentNotFound();
      return { ...withAdvice(found), queue: await readJobInTime(services, id) };
    },
  );

  app.delete<OfDocument>(
    '/api/documents/:id',
    { config: { access: 'write', rateLimit, contract: deleteContract }, onRequest: gate.enter },
    async ({ params: { id }, keyName, id: requestId }, reply) => {
      requireDocumentId(id);
      const [deleted] = await deleteDocuments({ removals, queues: enqueuer.queues }, [id]);
      if (deleted === undefined && (await removals.count([id])) === 0) throw documentNotFound();
      if (deleted === undefined) await enqueuer.queues.enqueueAll('indexing', [id]);
      else log.info({ documentId: id, key: keyName, requestId }, 'a document was deleted');
      reply.code(202);
      return { id, stores: { postgres: 'gone', keyword: 'later', vectors: 'later' } };
    },
  );
}

/** A body that says it is too long is refused before anything of it is stored. */
function requireLength({ headers }: FastifyRequest): void {
  if (Number(headers['content-length'] ?? 0) > linesLimit.bytes)
    throw new PulseError('API_TOO_LARGE', 'final', `more than ${linesLimit.bytes} bytes`);
}

/** Adds to a failure what a person does next. */
function withAdvice({ failure, ...document }: DocumentStatus): object {
  if (failure === null) return { ...document, failure };
  const code = failure.code ?? '';
  const check = isCode(code) ? codes[code].check : null;
  return { ...document, failure: { ...failure, check } };
}

/** Only lines are read one by one: where none of them is JSON, the body is something else. */
function describeNone(items: Tally['items']): string {
  const none = 'none of the documents was accepted';
  return items.length > 0 && items.every(({ code }) => code === 'API_SYNTAX')
    ? `${none}: a line is one whole document; JSON over several lines is sent as application/json`
    : none;
}
