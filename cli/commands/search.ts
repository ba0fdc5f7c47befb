import type { RunnableCommand } from '../../shared/commands/build.ts';
import { formatArguments } from '../../shared/commands/format-arguments.ts';
import { search as definition } from '../../shared/commands/search.ts';
import { formatFound } from '../../shared/search-answer.ts';
import { end, onKnownStack, print } from '../command.ts';
import { hasColours, runInWorker } from '../in-worker.ts';
import { askApi } from '../search/ask-api.ts';
import type { SearchInput } from '../search/ask-api.ts';

/** The API answers in half the time; a worker answers where the API does not. */
export const search: RunnableCommand = {
  definition,
  run: onKnownStack(async (input) => {
    const asked = input as SearchInput;
    const query = asked.words.join(' ');
    // Queries of standard input are all answered by one process in a worker.
    const answer = query === '-' ? undefined : await askApi(query, asked);
    if (answer === undefined)
      return end(await runInWorker(asked.stack, ['search', ...formatArguments(definition, input)]));
    const { offset = 0 } = asked;
    print(
      asked.json ? JSON.stringify(answer) : formatFound(answer, { offset, colour: hasColours() }),
    );
  }),
};
