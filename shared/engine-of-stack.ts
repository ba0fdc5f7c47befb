/**
 * Arguments of the docker client that print the id of its engine, which keeps it for its life. Up
 * to version 22 several engines of one machine have the same.
 */
export const engineIdArgs = ['info', '--format', '{{.ID}}'];

export interface EngineMove {
  /** Id of the engine that the last update used; undefined where none said it. */
  readonly deployed: string | undefined;
  /** Id of the engine that is there now; undefined where none answers. */
  readonly present: string | undefined;
  /** `pulse:allowEngine`. */
  readonly allowed?: string | undefined;
}

/**
 * Describes that a stack would be looked for on an engine that is not its own: it would find
 * nothing, forget what runs elsewhere and make all of it anew, without the data.
 *
 * @returns undefined where the engine is the stack's, the move is confirmed, or one of the two is
 *   not known
 */
export function describeEngineMove({
  deployed,
  present,
  allowed,
}: EngineMove): { readonly code: 'HOST_OTHER'; readonly problem: string } | undefined {
  if (deployed === undefined || present === undefined) return undefined;
  if (deployed === present || allowed === present) return undefined;
  return {
    code: 'HOST_OTHER',
    problem: [
      `the stack is on Docker engine ${deployed}, and this is engine ${present}: nothing of it ` +
        'is here.',
      "  - to use the stack's engine: export DOCKER_HOST, or docker context use <name>",
      '  - to make the stack anew on this one, without its data, which stay on the other: ' +
        `pulumi config set pulse:allowEngine '${present}'`,
    ].join('\n'),
  };
}
