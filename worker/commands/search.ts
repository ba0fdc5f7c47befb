import type { InputOf } from '../../shared/commands/input.ts';
import { search as definition } from '../../shared/commands/search.ts';
import { formatFound } from '../../shared/search-answer.ts';
import { normalizeFilters } from '../documents/filters.ts';
import { describeError, PulseError } from '../errors.ts';
import { readLines } from '../lines.ts';
import { search as findDocuments } from '../search/search.ts';
import type { Answer as Found } from '../search/search.ts';
import type { Services } from '../services.ts';
import { workerCommand } from './command.ts';
import type { Context, Printed } from './command.ts';

type Input = InputOf<typeof definition>;

/** In bytes: a line of standard input that is longer is no query. */
const maxQueryBytes = 1_000_000;

export const search = workerCommand(definition, async (context, input) => {
  const query = input.words.join(' ');
  if (query === '-') return answerLines(context, input);
  const found = await ask(context.services, query, input);
  return { value: found, text: formatFound(found) };
});

function ask(services: Services, query: string, input: Input): Promise<Found> {
  const { domain, language, country, mobile: isMobile } = input;
  const filters = normalizeFilters({ domain, language, country, isMobile });
  return findDocuments(services, query, input.mode, input.limit, filters);
}

/**
 * Answers one query a line. A line that cannot be answered is answered with its error, and the next
 * is read.
 *
 * @returns not ok when there was such a line
 */
async function answerLines({ services, stdin, print }: Context, input: Input): Promise<Printed> {
  let ok = true;
  for await (const { number, text: query } of readLines(stdin, maxQueryBytes)) {
    try {
      if (query === undefined) throw new Error(`a line of more than ${maxQueryBytes} bytes`);
      print(JSON.stringify(await ask(services, query, input)));
    } catch (error) {
      ok = false;
      const code = error instanceof PulseError ? error.code : null;
      const problem = describeError(error);
      print(JSON.stringify({ line: number, error: { code, problem } }));
    }
  }
  return { ok };
}
