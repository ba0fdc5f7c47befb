/**
 * What a stack's things are called on their host, for the program that makes them and the command
 * line that finds them.
 */

/**
 * First part of every name: `pulse` in prod, whose names other software knows, `pulse-<stack>`
 * elsewhere.
 */
export function prefixOf(stack: string): string {
  return stack === 'prod' ? 'pulse' : `pulse-${stack}`;
}

/**
 * Label of every container, its value the stack: on a host there may be others whose names begin
 * alike.
 */
export const stackLabel = 'pulse.stack';

/**
 * Data volumes that a stack may have, after its prefix and `_`. The whole list, so that removing a
 * stack's data never takes a volume whose name only begins alike.
 */
export const dataVolumeNames = [
  'postgres',
  'redis',
  'qdrant',
  'bm25',
  'hf_cache',
  'ollama',
] as const;
