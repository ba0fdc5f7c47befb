import { readFileSync } from 'node:fs';

import type { FastifyInstance } from 'fastify';

import { PulseError } from '../errors.ts';
import { html } from './html.ts';
import type { Html, Part } from './html.ts';
import { screenOptions } from './screen.ts';
import type { Show } from './screen.ts';

/** The sections of docs/operations.md that alarms lead to, written by `npm run runbook`. */
const text = readFileSync(new URL('assets/runbook.md', import.meta.url), 'utf8');

/** By the name of the alarm; each is paragraphs. */
const sections = new Map(
  text
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const [name = '', ...paragraphs] = section.trim().split(/\n{2,}/);
      return [name, paragraphs] as const;
    }),
);

interface OfAlarm {
  readonly Params: { readonly alarm: string };
}

/**
 * What an alarm means and what to do about it. It is for everybody: who is called at night has it
 * in one step, and nothing of the stack stands in it.
 */
export async function addRunbook(
  app: FastifyInstance,
  { show }: { readonly show: Show },
): Promise<void> {
  app.get<OfAlarm>('/runbook/:alarm', screenOptions('public'), (request, reply) => {
    const { alarm } = request.params;
    const paragraphs = sections.get(alarm);
    if (paragraphs === undefined)
      throw new PulseError('API_NOT_FOUND', 'final', 'there is no such alarm');
    return show(request, reply, {
      title: alarm,
      section: 'status',
      content: html`<div class="card text">
          ${paragraphs.map((one) => html`<p>${writeText(one)}</p>`)}
        </div>
        <p><a href="/status">How the stack is</a></p>`,
    });
  });
}

/** @returns an alarm's name, which leads to its section where it has one */
export function runbookLink(alarm: string): Part {
  return sections.has(alarm) ? linkTo(alarm, alarm) : html`<bdi>${alarm}</bdi>`;
}

function linkTo(alarm: string, words: string): Html {
  return html`<a href="/runbook/${alarm}"><bdi>${words}</bdi></a>`;
}

/** Words in `code`, and links: those of another alarm are links here, others are words. */
function writeText(paragraph: string): Part {
  return paragraph.split(/(`[^`]+`|\[[^\]]+\]\([^)]+\))/).map((piece) => {
    if (piece.startsWith('`')) return html`<code>${piece.slice(1, -1)}</code>`;
    const [, words, anchor] = /^\[([^\]]+)\]\([^)#]*#([^)]+)\)$/.exec(piece) ?? [];
    if (words === undefined) return piece;
    const alarm = [...sections.keys()].find((name) => name.toLowerCase() === anchor);
    return alarm === undefined ? `${words} (docs/operations.md)` : linkTo(alarm, words);
  });
}
