import type { FastifyRequest } from 'fastify';

import { codes } from '../../shared/codes.ts';
import { redact } from '../../shared/redaction.ts';
import { describeProblem } from '../api/problems.ts';
import type { Logger } from '../logs.ts';
import { codeLink, explainCode, notice } from './elements.ts';
import { html } from './html.ts';
import type { Html, Part } from './html.ts';
import { sectionOf } from './layout.ts';
import type { View } from './layout.ts';

const liveSeconds = 5;

interface FieldProblem {
  readonly pointer: string;
  readonly detail: string;
}

/** Shows errors as a screen, or as a part of one. Nothing is told of one that nobody foresaw. */
export class ProblemScreens {
  readonly #log: Logger;
  readonly #secrets: readonly string[];

  /** @param secrets never appear on a screen */
  constructor(log: Logger, secrets: readonly string[]) {
    this.#log = log;
    this.#secrets = secrets;
  }

  /** @returns the whole screen; while a store is away it looks again, and recovers by itself */
  describe(error: unknown, request: FastifyRequest): View & { readonly status: number } {
    const { status, code } = describeProblem(error);
    if (status === 500)
      this.#log.error(
        { err: error, code, requestId: request.id, method: request.method },
        'a screen was not shown',
      );
    const title = titles[status] ?? 'This does not work now';
    const section = sectionOf(request.url);
    const isPassing = status === 503 && request.method === 'GET';
    return {
      title,
      status,
      ...(section !== undefined && { section }),
      ...(isPassing && { liveSeconds }),
      content: html`${this.part(error)}${wayBack}`,
    };
  }

  /** What is wrong and what to do, to stand where the rest would. */
  part(error: unknown): Html {
    const { status, code, detail, fields } = describeProblem(error);
    const { errors = [] } = fields as { errors?: readonly FieldProblem[] };
    const clean = (text: string): string => redact(this.#secrets, text);
    const said: Part =
      errors.length > 0
        ? html`<ul>
            ${errors.map(
              (one) => html`<li>${one.pointer.replace(/^.*\//, '')}: ${clean(one.detail)}</li>`,
            )}
          </ul>`
        : detail !== undefined && html`<p><bdi>${clean(detail)}</bdi></p>`;
    return notice(
      status < 500 ? 'warn' : 'bad',
      html`${explainCode(code)}${said}
        <p class="small">${codeLink(code)}</p>`,
    );
  }
}

/** @returns one sentence for what fails beside the rest of a screen */
export function describeAway(error: unknown, what: string): Html {
  const { code } = describeProblem(error);
  return notice('warn', html`<p>${what}: ${codes[code].meaning} ${codeLink(code)}</p>`);
}

const titles: Readonly<Record<number, string>> = {
  403: 'Not allowed',
  404: 'Nothing is here',
  405: 'Nothing is shown here',
  409: 'That does not fit its state',
  410: 'It is not here any more',
  422: 'Something is wrong with what was asked',
  429: 'Too many tries',
  500: 'A fault of Pulse',
};

const wayBack = html`<p><a href="/">To the search</a>, <a href="/status">how the stack is</a></p>`;
