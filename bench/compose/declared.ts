/** What a stack declares, read from its state: the inputs that the program gave Pulumi. */

/** A resource of a stack. */
export interface Declared {
  /** As `docker:index/container:Container`. */
  readonly type: string;
  /** As the program calls it: `worker-1`. */
  readonly name: string;
  /** All inputs that the program gave, secrets as plain text. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Names of the resources it waits for. */
  readonly waitsFor: readonly string[];
}

interface State {
  readonly deployment: {
    readonly resources?: readonly {
      readonly urn: string;
      readonly type: string;
      readonly inputs?: Readonly<Record<string, unknown>>;
      readonly dependencies?: readonly string[];
    }[];
  };
}

/** Key and value that mark a secret in a state, fixed by Pulumi; its JSON is under `plaintext`. */
const markKey = '4dabf18193072939515e22adb298388d';
const secretMark = '1b47061264138c4ac30d75fd1eb44270';
/** Under this key every object lists those of its keys that a plugin filled in with defaults. */
const filledInKey = '__defaults';

/** Inputs that a compiled plugin for Docker calls otherwise than the program. */
const programNames: Readonly<Record<string, string>> = {
  commands: 'command',
  networksAdvanceds: 'networksAdvanced',
};

/** @param state what `pulumi stack export --show-secrets` prints */
export function readDeclared(state: string): Declared[] {
  const { deployment } = JSON.parse(state) as State;
  return (deployment.resources ?? []).map(({ urn, type, inputs = {}, dependencies = [] }) => ({
    type,
    name: nameOf(urn),
    inputs: Object.fromEntries(
      Object.entries(readValue(inputs) as object).map(([key, value]) => [
        programNames[key] ?? key,
        value as unknown,
      ]),
    ),
    waitsFor: dependencies.map(nameOf),
  }));
}

function nameOf(urn: string): string {
  return urn.split('::').at(-1) ?? urn;
}

function readValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(readValue);
  const { [markKey]: mark, plaintext, ...parts } = value as Record<string, unknown>;
  if (mark === secretMark) return readValue(JSON.parse(plaintext as string));
  const { [filledInKey]: filledIn = [], ...given } = parts;
  return Object.fromEntries(
    Object.entries(given)
      .filter(([key]) => !(filledIn as string[]).includes(key))
      .map(([key, part]) => [key, readValue(part)]),
  );
}
