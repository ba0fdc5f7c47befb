/** What a stack's things are called on their host, for the program that makes them and the command line that finds them. */

/** First part of every name: `pulse` in prod, whose names other software knows, `pulse-<stack>` elsewhere. */
export function prefixOf(stack: string): string {
  return stack === 'prod' ? 'pulse' : `pulse-${stack}`;
}

/** Label of every container, its value the stack: on a host there may be others whose names begin alike. */
export const stackLabel = 'pulse.stack';
