import { Command, InvalidArgumentError, Option } from 'commander';

import type { Filters } from '../documents/filters.ts';
import { PulseError, describeError } from '../errors.ts';
import { search } from '../search/search.ts';
import type { Answer, Mode } from '../search/search.ts';
import type { Services } from '../services.ts';
import { parseWholeNumber } from './command.ts';
import type { Output } from './command.ts';
import { readLines } from './lines.ts';

interface SearchOptions extends Output {
  readonly mode: Mode;
  readonly limit: number;
  readonly domain?: string;
  readonly language?: string;
  readonly country?: string;
  readonly mobile?: boolean;
}

/** Each leg is asked for five passages a page. */
const mostPages = 200;
/** A query of more is no question: one line of standard input at most. */
const longestLine = 1_000_000;
const shownOfPassage = 160;

/**
 * `search <words>`, or `-` for one query a line, each answered by one line of JSON. @param
 * withServices runs the work; false is exit code 1
 */
export function searchCommand(
  withServices: (work: (services: Services) => Promise<boolean>) => Promise<void>,
  print: (text: string) => void,
): Command {
  return new Command('search')
    .exitOverride()
    .description('by keyword and by meaning')
    .argument('<words...>', 'what to look for; - for one query a line')
    .addOption(
      new Option('--mode <mode>').choices(['hybrid', 'keyword', 'semantic']).default('hybrid'),
    )
    .option('--limit <n>', `pages at most, up to ${mostPages}`, pages, 10)
    .option('--domain <host>', 'only pages of this host')
    .option('--language <code>', 'only in this language')
    .option('--country <code>', 'only of this country')
    .option('--mobile', 'only pages for mobile devices')
    .option('--no-mobile', 'only pages that are not')
    .option('--json', 'answer for scripts')
    .action((words: string[], options: SearchOptions) =>
      withServices(async (services) => {
        const query = words.join(' ');
        if (query === '-') return answerLines(services, process.stdin, options, print);
        const answer = await search(
          services,
          query,
          options.mode,
          options.limit,
          parseFilters(options),
        );
        print(options.json ? JSON.stringify(answer) : text(answer));
        return true;
      }),
    );
}

/** As documents are stored: languages and hosts in lower case, countries in upper. */
export function parseFilters({
  domain,
  language,
  country,
  mobile,
}: Omit<SearchOptions, 'mode' | 'limit'>): Filters {
  return {
    domain: domain?.toLowerCase(),
    language: language?.toLowerCase(),
    country: country?.toUpperCase(),
    isMobile: mobile,
  };
}

/**
 * A line that cannot be answered is answered by its error, and the next is read; false when there
 * was one.
 */
export async function answerLines(
  services: Services,
  input: AsyncIterable<Buffer | string>,
  options: SearchOptions,
  print: (text: string) => void,
): Promise<boolean> {
  let ok = true;
  for await (const { number, text: query } of readLines(input, longestLine)) {
    try {
      if (query === undefined) throw new Error(`a line of more than ${longestLine} bytes`);
      print(
        JSON.stringify(
          await search(services, query, options.mode, options.limit, parseFilters(options)),
        ),
      );
    } catch (error) {
      ok = false;
      print(
        JSON.stringify({
          line: number,
          error: {
            code: error instanceof PulseError ? error.code : null,
            problem: describeError(error),
          },
        }),
      );
    }
  }
  return ok;
}

function pages(given: string): number {
  const number = parseWholeNumber(given);
  if (number > mostPages) throw new InvalidArgumentError(`at most ${mostPages}`);
  return number;
}

function text({ results, degraded }: Answer): string {
  const warning = degraded ? ['The GPU host is away: searched by keyword only.'] : [];
  const found = results.map(
    ({ url, title, score, passage }, index) =>
      `${index + 1}. ${title || url}  (${score.toFixed(3)})\n   ${url}\n   ${passage.replaceAll(/\s+/g, ' ').slice(0, shownOfPassage)}`,
  );
  return [...warning, ...(found.length === 0 ? ['Nothing found.'] : found)].join('\n');
}
