import type { RouteOptions } from 'fastify';
import { z } from 'zod';

import type { Contract, ProblemAnswer } from './contract.ts';

/** What `Problems` writes, and `parseInput` adds. */
export const problemSchema = z.object({
  type: z.string().describe('Leads to a page that explains the code'),
  title: z.string().describe('What the code means'),
  status: z.int(),
  detail: z.string().optional().describe('What is wrong with this request'),
  code: z
    .string()
    .regex(/^[A-Z]+(_[A-Z]+)+$/)
    .describe('One of docs/codes.md'),
  check: z.string().describe('What to do'),
  instance: z.string().describe('The path of the request'),
  requestId: z.string().describe('By which the log knows the request'),
  errors: z
    .array(z.object({ pointer: z.string(), detail: z.string() }))
    .optional()
    .describe('Each field that is wrong, and why'),
});

/** Of a request that ended before a route was found for it. */
export const unreadProblemSchema = problemSchema.pick({
  type: true,
  title: true,
  status: true,
  code: true,
  check: true,
});

const retryAfter = { 'Retry-After': 'Seconds after which it may be sent again' };
const authenticate = { 'WWW-Authenticate': 'Bearer' };

interface UsualProblem extends Pick<ProblemAnswer, 'description'> {
  readonly status: number;
  /** It is of no request that was read. */
  readonly isUnread?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly isOf: (route: RouteOptions, contract: Contract) => boolean;
}

const takesBody = ({ method }: RouteOptions): boolean => method !== 'GET';
const isOpen = ({ config }: RouteOptions): boolean => config?.access === 'public';

/** What the server itself does before and around every handler. */
const usualProblems: readonly UsualProblem[] = [
  {
    status: 400,
    description: 'The path cannot be decoded, or the body is no JSON',
    isOf: (route) => takesBody(route) || route.url.includes(':'),
  },
  {
    status: 401,
    description: 'There is no key or signature, or it is not known',
    headers: authenticate,
    isOf: (route, { takes }) => !isOpen(route) || takes !== undefined,
  },
  {
    status: 403,
    description: 'The key may only search',
    isOf: ({ config }) => (config?.access ?? 'write') === 'write',
  },
  { status: 413, description: 'The body is too large', isOf: takesBody },
  {
    status: 415,
    description: 'The body is of another type',
    isOf: (route, { takes }) => takesBody(route) && takes === undefined,
  },
  {
    status: 422,
    description: 'A field is wrong; `errors` has each',
    isOf: (_route, { query, body }) => query !== undefined || body !== undefined,
  },
  {
    status: 429,
    description: 'Too many requests of one key in a second',
    headers: retryAfter,
    isOf: ({ config }) => config?.rateLimit !== undefined,
  },
  {
    status: 408,
    description: 'The request came too slowly',
    isUnread: true,
    isOf: () => true,
  },
  {
    status: 431,
    description: 'The head of the request is larger than 16 KiB',
    isUnread: true,
    isOf: () => true,
  },
  { status: 500, description: 'A fault that no waiting helps', isOf: () => true },
  {
    status: 503,
    description: 'A store is away, or too much is in hand: send it again',
    headers: retryAfter,
    isOf: () => true,
  },
];

/** A problem that a route may answer. */
export interface PossibleProblem {
  readonly status: number;
  readonly description: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly isUnread: boolean;
  /** Those that it has beside the fields of every problem. */
  readonly fields?: z.ZodObject;
}

/** @returns the problems that a route may answer, by status in their order */
export function listProblems(route: RouteOptions, contract: Contract): PossibleProblem[] {
  const own = Object.entries(contract.problems ?? {}).map(([status, problem]) => ({
    status: Number(status),
    headers: {},
    isUnread: false,
    ...(typeof problem === 'string' ? { description: problem } : problem),
  }));
  const usual = usualProblems.filter(({ isOf }) => isOf(route, contract));
  const byStatus = new Map<number, PossibleProblem>();
  for (const { status, description, headers = {}, isUnread = false } of usual)
    byStatus.set(status, { status, description, headers, isUnread });
  for (const problem of own)
    byStatus.set(problem.status, {
      ...problem,
      headers: byStatus.get(problem.status)?.headers ?? {},
    });
  return [...byStatus.values()].sort((one, other) => one.status - other.status);
}
