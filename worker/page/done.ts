import { notice } from './elements.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

/** What is said after something was done, by the word in the address: no text of others. */
const sentences = {
  deleted: 'The document is gone. The two indexes follow within seconds.',
  retried: 'The document waits to be worked on again.',
  reindexed: 'The document is indexed again. Until that is done it is found as before.',
  reconciled: 'The sender of the crawl is asked for lost pages within some seconds.',
  pruned: 'The vanished pages are deleted. The two indexes follow within seconds.',
  requeued: 'The documents wait to be worked on again.',
  paused: 'No more jobs are taken. Documents come in and wait.',
  resumed: 'Jobs are taken again.',
  limited: 'The limit of jobs is set.',
  verified: 'The stack was verified: what was found stands below.',
} as const;
export type Done = keyof typeof sentences;

export function doneNotice(done: string | undefined): Html | undefined {
  if (done === undefined || !Object.hasOwn(sentences, done)) return undefined;
  return html`<div role="status">${notice('good', html`<p>${sentences[done as Done]}</p>`)}</div>`;
}
