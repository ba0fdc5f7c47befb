import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';

import type { ServerParts } from '../api/all-routes.ts';
import type { Access } from '../api/keys.ts';
import type { ApiSettings } from '../api/settings.ts';
import { isReadOnly } from './guard.ts';
import { layOut } from './layout.ts';
import type { View } from './layout.ts';
import type { ProblemScreens } from './problem.ts';
import { stackOf } from './session.ts';

/** @returns the options of a route of the page; a limit of requests is added to those of its own */
export function screenOptions(session: Access, onRequest: readonly onRequestHookHandler[] = []) {
  return {
    // Its own session lets a reader in, and not the header Authorization.
    config: { access: 'public' as const, session },
    schema: { hide: true },
    onRequest: [...onRequest],
  };
}

/** What every screen has. */
export interface ScreenParts extends ServerParts {
  readonly show: Show;
  readonly problems: ProblemScreens;
}

/** Answers with a screen. */
export type Show = (request: FastifyRequest, reply: FastifyReply, view: View) => string;

export function openScreens(settings: Pick<ApiSettings, 'frontDoor'>): Show {
  const stack = stackOf(settings);
  return (request, reply, view) => {
    const { keyName, hostname, url } = request;
    const canWrite = !isReadOnly(request);
    const reader = keyName && (canWrite ? 'operator' : 'read only');
    void reply.code(view.status ?? 200).type('text/html; charset=utf-8');
    return String(layOut(view, { stack, host: hostname, url, reader }));
  };
}

export type Query = Readonly<Record<string, string>>;

/** @returns the parameters of an address, without those that a form left empty */
export function readParameters({ query }: FastifyRequest): Query {
  const all = Object.entries(query as Readonly<Record<string, string | string[]>>);
  return Object.fromEntries(
    all
      .map(([name, value]) => [name, [value].flat().at(-1) ?? ''] as const)
      .filter(([, value]) => value !== ''),
  );
}

/** @returns the fields of a form that was sent */
export function readForm({ body }: FastifyRequest): Query {
  return (body ?? {}) as Query;
}
