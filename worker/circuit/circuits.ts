import type { Circuit, CircuitState } from './circuit.ts';

/** The two services without which a vector cannot be made or kept, each behind a circuit of its own. */
export interface Circuits {
  readonly tei: Circuit;
  readonly qdrant: Circuit;
}

/**
 * What keeps the `embedding` queue from being worked on, if anything: the first of the circuits
 * that is not closed.
 */
export async function readGpuHostState({ tei, qdrant }: Circuits): Promise<CircuitState> {
  const states = await Promise.all([tei.state(), qdrant.state()]);
  return (
    states.find(({ kind }) => kind === 'open') ??
    states.find(({ kind }) => kind === 'half-open') ?? { kind: 'closed' }
  );
}
