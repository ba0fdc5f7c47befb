import type { Circuit } from './circuit.ts';
import type { CircuitState } from './state.ts';

/** The circuits of the two services without which a vector cannot be made or stored. */
export interface Circuits {
  readonly tei: Circuit;
  readonly qdrant: Circuit;
}

/**
 * What keeps the `embedding` queue waiting, if anything.
 *
 * @returns the first circuit that is open, else half-open, else `closed`
 */
export async function readGpuHostState({ tei, qdrant }: Circuits): Promise<CircuitState> {
  const states = await Promise.all([tei.state(), qdrant.state()]);
  return (
    states.find(({ kind }) => kind === 'open') ??
    states.find(({ kind }) => kind === 'half-open') ?? { kind: 'closed' }
  );
}
