import { CommandError } from '../../toolchain/command-error.ts';
import { search } from '../../worker/search/search.ts';
import type { Mode, SearchDependencies } from '../../worker/search/search.ts';
import type { Find } from './measure.ts';

/** A hybrid search that gets no vectors in time answers by keyword alone: that is no measurement. */
const attempts = 5;

/**
 * Searches as the API does, in this process.
 *
 * @throws CommandError from a search, when the machine is too busy for a hybrid one
 */
export function findBy(dependencies: SearchDependencies, mode: Mode): Find {
  return async (query, limit) => {
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const { degraded, results } = await search(dependencies, query, mode, limit);
      if (!degraded) return results.map(({ url }) => url);
    }
    throw new CommandError(
      `a hybrid search got no vectors in time, ${attempts} times: ${query}`,
      'The machine is too busy to measure on; run it again when it is not.',
    );
  };
}
