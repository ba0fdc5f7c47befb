import type { InputOf } from '../../shared/commands/input.ts';
import { search as definition } from '../../shared/commands/search.ts';
import { formatFound } from '../../shared/search-answer.ts';
import type { FoundAnswer, FoundDocument } from '../../shared/search-answer.ts';
import { normalizeFilters } from '../documents/filters.ts';
import { describeError, PulseError } from '../errors.ts';
import { readLines } from '../lines.ts';
import { Tally } from '../metrics/tally.ts';
import { answerSearch } from '../search/answer.ts';
import type { AnsweredHit } from '../search/answer.ts';
import type { Services } from '../services.ts';
import { UsageError, workerCommand } from './command.ts';
import type { Context, Printed } from './command.ts';

type Input = InputOf<typeof definition>;

/** In bytes: a line of standard input that is longer is no query. */
const maxQueryBytes = 1_000_000;

/** The best results of both legs are merged anew for every page. */
const maxRank = 200;
/** Of each facet, as the API counts them. */
const maxFacetValues = 200;

export const search = workerCommand(definition, async (context, input) => {
  const { offset = 0 } = input;
  if (input.limit + offset > maxRank)
    throw new UsageError(`--offset and --limit together are at most ${maxRank}`);
  const query = input.words.join(' ');
  if (query === '-') return answerLines(context, input);
  const found = await ask(context.services, query, input);
  const colour = process.env['PULSE_COLOUR'] === 'yes';
  return { value: found, text: formatFound(found, { offset, colour }) };
});

async function ask(services: Services, query: string, input: Input): Promise<FoundAnswer> {
  const { mode, limit, offset = 0, weight, explain = false } = input;
  const { domain, language, country, mobile: isMobile } = input;
  const filters = normalizeFilters({ domain, language, country, isMobile });
  const facetLimit = input.facets ? maxFacetValues : undefined;
  const request = { query, mode, limit, offset, filters, weight, explain, facetLimit };
  // A process that opens everything for one search says nothing of how long searches take.
  const { results, ...answer } = await answerSearch({ ...services, tally: new Tally() }, request);
  return { ...answer, results: results.map(describeHit) };
}

function describeHit({ hit, highlights, explain: why }: AnsweredHit): FoundDocument {
  const { url, title, passage, prefix, chunk, score, rerankScore } = hit;
  return { url, title, passage, prefix, chunk, score, rerankScore, highlights, explain: why };
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
