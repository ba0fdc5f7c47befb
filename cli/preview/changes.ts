/** One resource that an update would touch. */
export interface Change {
  /** Pulumi's word: create, update, replace, delete. */
  readonly change: string;
  readonly type: string;
  readonly resource: string;
  /** What differs; empty for a whole new or removed resource. */
  readonly because: string;
}

/** `pulumi preview --json`, as far as it is read here. */
export interface PulumiPreview {
  readonly steps?: readonly {
    readonly op: string;
    readonly urn: string;
    readonly diffReasons?: readonly string[];
    readonly replaceReasons?: readonly string[];
  }[];
  readonly diagnostics?: readonly { readonly severity: string; readonly message: string }[];
  readonly changeSummary?: Readonly<Record<string, number>>;
}

/** Steps that change nothing, and those of a replacement that say the same as `replace`. */
const omittedSteps = [
  'same',
  'read',
  'refresh',
  'create-replacement',
  'delete-replaced',
  'discard-replaced',
];

/** Lists what changes, one entry for each resource. Components are left out: they group others. */
export function listChanges({ steps = [] }: PulumiPreview): Change[] {
  return steps
    .filter(({ op, urn }) => !omittedSteps.includes(op) && !/^(pulumi|pulse):/.test(typeOf(urn)))
    .map(({ op, urn, diffReasons, replaceReasons }) => ({
      change: op,
      type: typeOf(urn),
      resource: urn.split('::').at(-1) ?? urn,
      because: [...new Set([...(replaceReasons ?? []), ...(diffReasons ?? [])])].join(', '),
    }));
}

/**
 * `docker:Container` of
 * `urn:pulumi:dev::pulse::pulse:queue:Redis$docker:index/container:Container::redis`.
 */
function typeOf(urn: string): string {
  return (
    urn
      .split('::')[2]
      ?.split('$')
      .at(-1)
      ?.replace(/^(\w+):.*:/, '$1:') ?? ''
  );
}

/** Lists the errors of a preview, in pulumi's words. */
export function listProblems({ diagnostics = [] }: PulumiPreview): string[] {
  return diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ message }) => message.trim());
}
