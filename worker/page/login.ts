import type { FastifyInstance } from 'fastify';
import type { Redis } from 'ioredis';

import { findKey, listKeys } from '../api/keys.ts';
import type { ApiSettings } from '../api/settings.ts';
import type { Logger } from '../logs.ts';
import { notice } from './elements.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import type { View } from './layout.ts';
import { countTries, tries } from './login-tries.ts';
import { readForm, readParameters, screenOptions } from './screen.ts';
import type { Show } from './screen.ts';
import type { Sessions } from './session.ts';

export interface LoginDependencies {
  readonly settings: ApiSettings;
  readonly log: Logger;
  readonly redis: Redis;
  readonly sessions: Sessions;
  readonly show: Show;
}

/** A browser shows a key once, and then its cookie. */
export async function addLogin(
  app: FastifyInstance,
  { settings, log, redis, sessions, show }: LoginDependencies,
): Promise<void> {
  const keys = listKeys(settings);
  // By address: whoever guesses has no key by which tries could be counted.
  const limited = screenOptions('public');
  const rateLimit = { ...tries, keyGenerator: ({ ip }: { ip: string }) => ip };

  app.get('/login', screenOptions('public'), (request, reply) =>
    show(request, reply, describe(readPath(readParameters(request)['to']))),
  );

  const config = { ...limited.config, rateLimit };
  const preHandler = countTries(redis, log);
  app.post('/login', { ...limited, config, preHandler }, (request, reply) => {
    const { key = '', to } = readForm(request);
    const name = findKey(keys, key.trim());
    if (name === undefined) {
      log.info({ client: request.ip, requestId: request.id }, 'a log-in was refused');
      return show(request, reply, describe(readPath(to), 'Pulse knows no such key.'));
    }
    log.info({ client: request.ip, key: name, requestId: request.id }, 'a browser logged in');
    reply.header('set-cookie', sessions.write(name, request.protocol === 'https'));
    return reply.redirect(readPath(to), 303);
  });

  app.post('/logout', screenOptions('public'), (request, reply) => {
    reply.header('set-cookie', sessions.writeEnd(request.protocol === 'https'));
    return reply.redirect('/login', 303);
  });
}

/** Of this host alone: `//elsewhere.example` and `/\elsewhere.example` are none of its paths. */
function readPath(given = '/'): string {
  return /^\/(?![/\\])[\x21-\x7E]*$/.test(given) ? given : '/';
}

function describe(to: string, problem?: string): View {
  return {
    title: 'Log in',
    status: problem === undefined ? 200 : 401,
    content: html`<div class="card narrow">
      ${problem !== undefined && refuse(problem)}
      <form method="post" action="/login">
        <input type="hidden" name="to" value="${to}" />
        <label for="key">Key of the API</label>
        <input
          id="key"
          name="key"
          type="password"
          autocomplete="current-password"
          required
          autofocus
          maxlength="1024"
        />
        <p><button class="first">Log in</button></p>
      </form>
      <p class="soft small">
        <code>./pulse api key</code> prints the key that searches and reads,
        <code>./pulse api key --admin</code> the one that may also change something. A browser that
        asks for nothing is logged out after 12 hours.
      </p>
    </div>`,
  };
}

function refuse(problem: string): Html {
  return html`<div role="alert">${notice('bad', html`<p>${problem}</p>`)}</div>`;
}
