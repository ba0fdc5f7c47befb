import type { FastifyInstance } from 'fastify';

import type { AnswerError, ServerParts } from '../api/all-routes.ts';
import { addAssets } from './assets.ts';
import { addCrawlPrune } from './crawl-prune.ts';
import { addCrawlScreens } from './crawls.ts';
import { addDocumentActions } from './document-actions.ts';
import { addDocumentScreen } from './document.ts';
import { addDocumentsScreen } from './documents.ts';
import { readSession, requireSession, writeHeaders } from './guard.ts';
import { addLogin } from './login.ts';
import { ProblemScreens } from './problem.ts';
import { addQueueActions } from './queue-actions.ts';
import { addQueueScreen } from './queue.ts';
import { addRunbook } from './runbook.ts';
import { openScreens } from './screen.ts';
import { addSearchScreen } from './search.ts';
import { Sessions } from './session.ts';
import { addStatusActions } from './status-actions.ts';
import { addStatusScreen } from './status.ts';

/**
 * What an operator sees in a browser: HTML that this process writes. It works without a script.
 *
 * @returns what answers a browser that asks for nothing that there is
 */
export async function addPage(app: FastifyInstance, parts: ServerParts): Promise<AnswerError> {
  const { settings, services, secrets } = parts;
  const sessions = new Sessions(settings);
  const show = openScreens(settings);
  const problems = new ProblemScreens(services.log, secrets);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  app.addHook('onRequest', (request, reply, done) => {
    writeHeaders(request, reply);
    done();
  });
  app.addHook('onRequest', requireSession(sessions));
  const answerError: AnswerError = (error, request, reply) =>
    void reply.send(show(request, reply, problems.describe(error, request)));
  app.setErrorHandler(answerError);
  await app.register(addAssets);
  const { log, queues } = services;
  await app.register(addLogin, { settings, log, redis: queues.redis, sessions, show });
  const screens = { ...parts, show, problems };
  await app.register(addSearchScreen, screens);
  await app.register(addDocumentsScreen, screens);
  await app.register(addDocumentScreen, screens);
  await app.register(addDocumentActions, screens);
  await app.register(addCrawlScreens, screens);
  await app.register(addCrawlPrune, screens);
  await app.register(addQueueScreen, screens);
  await app.register(addQueueActions, screens);
  await app.register(addStatusScreen, screens);
  await app.register(addStatusActions, screens);
  await app.register(addRunbook, screens);
  return (error, request, reply) => {
    writeHeaders(request, reply);
    readSession(sessions, request);
    answerError(error, request, reply);
  };
}
