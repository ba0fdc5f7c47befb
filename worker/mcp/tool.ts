import type { z } from 'zod';

import { codes } from '../../shared/codes.ts';
import type { Code } from '../../shared/codes.ts';
import { redact } from '../../shared/redaction.ts';
import { waitMs } from '../drain.ts';
import { PulseError } from '../errors.ts';
import type { FacetCount } from '../keywords/facets.ts';
import type { Logger } from '../logs.ts';
import type { Services } from '../services.ts';

/** What the tools work with. */
export interface ToolDependencies {
  readonly services: Services;
  /** The hosts of the index, those with most documents first. */
  readonly listHosts: () => Promise<readonly FacetCount[]>;
  /** Whether documents can come in and searches are answered. */
  readonly isReady: () => Promise<boolean>;
  /** They never appear in an answer. */
  readonly secrets: readonly string[];
  /** The longest that a tool may take. */
  readonly limitMs: number;
}

/** A tool that reads and changes nothing. */
export interface Tool<I extends z.ZodObject = z.ZodObject, O extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  readonly title: string;
  /** Read by the model that chooses among tools. */
  readonly description: string;
  readonly input: I;
  readonly output: O;
  readonly run: (input: z.output<I>) => Promise<ToolAnswer<z.output<O>>>;
}

export interface ToolAnswer<T> {
  readonly value: T;
  /** Resources that are named beside the answer. */
  readonly links?: readonly ResourceLink[];
}

export interface ResourceLink {
  readonly uri: string;
  readonly name: string;
}

/** The result of a call as the protocol has it. */
export interface ToolResult {
  [field: string]: unknown;
  content: ({ type: 'text'; text: string } | ({ type: 'resource_link' } & ResourceLink))[];
  structuredContent?: Record<string, unknown>;
  isError?: boolean;
}

type CallDependencies = Pick<ToolDependencies, 'secrets' | 'limitMs'> & { readonly log: Logger };

/**
 * Runs a tool.
 *
 * @param requestId stands in the log and in the answer to what nobody foresaw
 * @returns its answer, as an object and as the same JSON in one text block; an error as a result,
 *   with its code and what to do, because a model cannot read an error of the protocol
 */
export async function callTool<T extends Record<string, unknown>>(
  { secrets, limitMs, log }: CallDependencies,
  name: string,
  requestId: string,
  run: () => Promise<ToolAnswer<T>>,
): Promise<ToolResult> {
  const startedMs = performance.now();
  try {
    const answer = await Promise.race([run(), waitMs(limitMs)]);
    if (answer === false) throw new PulseError('API_BUSY', 'away', 'it was not done in time');
    const { value, links = [] } = answer;
    log.debug({ tool: name, requestId, ms: Math.round(performance.now() - startedMs) }, 'a tool');
    return {
      content: [
        { type: 'text', text: JSON.stringify(value) },
        ...links.map((link) => ({ type: 'resource_link' as const, ...link })),
      ],
      structuredContent: value,
    };
  } catch (error) {
    const known = error instanceof PulseError ? error : undefined;
    const code = known?.code ?? 'API_INTERNAL';
    if (known === undefined)
      log.error({ code, err: error, tool: name, requestId }, 'a tool was not carried out');
    else log.debug({ code, detail: known.message, tool: name, requestId }, 'a tool was refused');
    const detail = known?.message ?? `The request was ${requestId}`;
    const text = describeFault(code, detail);
    return { content: [{ type: 'text', text: redact(secrets, text) }], isError: true };
  }
}

/** Writes a fault for a model: its code, what it means, and what to do. */
function describeFault(code: Code, detail: string): string {
  const { meaning, check } = codes[code];
  return `${code}: ${meaning} ${detail}. What to do: ${check}.`;
}
