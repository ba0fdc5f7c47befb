import * as pulumi from '@pulumi/pulumi';

/**
 * A resource as the program declares it: what Pulumi would be asked for, without Pulumi, an engine
 * or a plugin.
 */
export interface Declared {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** Secrets among them as plain text; `secretInputs` names the properties that hold any. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly secretInputs: readonly string[];
  /** Names of the resources it waits for, by `dependsOn` or because it uses an output of theirs. */
  readonly waitsFor: readonly string[];
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly replaceOnChanges: readonly string[];
  readonly ignoreChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  /** URNs of the parents that it had before; empty text for a resource that had none. */
  readonly oldParents: readonly string[];
}

export const containerType = 'docker:index/container:Container';
export const volumeType = 'docker:index/volume:Volume';
export const networkType = 'docker:index/network:Network';
export const imageType = 'docker:index/remoteImage:RemoteImage';
export const commandType = 'command:local:Command';

/** Pulumi marks a secret on the wire with this key and value. */
const [markKey, secretMark] = [
  '4dabf18193072939515e22adb298388d',
  '1b47061264138c4ac30d75fd1eb44270',
];

const report = JSON.stringify({ ok: true, verifiedAt: '2026-01-01T00:00:00.000Z', checks: [] });

/** What a real one would answer with; the rest of its outputs are its inputs. */
function outputsOf({ name, inputs }: pulumi.runtime.MockResourceArgs): Record<string, unknown> {
  return {
    ...inputs,
    stdout: name.startsWith('verification')
      ? report
      : `made-for-${name}-0123456789abcdef0123456789abcdef`,
  };
}

interface Request {
  getType(): string;
  getName(): string;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDependenciesList(): string[];
  getReplaceonchangesList(): string[];
  getIgnorechangesList(): string[];
  getAdditionalsecretoutputsList(): string[];
  getAliasesList(): { getSpec(): { getParenturn(): string } | undefined }[];
  getObject(): { toJavaScript(): Record<string, unknown> };
}
interface Monitor {
  registerResource(request: Request, callback: (...answer: unknown[]) => void): Promise<void>;
}

/**
 * Runs a program, or a part of one, and records every resource it registers, in order. What is
 * imported in `program` reads its configuration here: import it dynamically, or it was read
 * before.
 */
export async function declare(
  program: () => unknown,
  {
    stack = 'test',
    config = {},
  }: { stack?: string; config?: Readonly<Record<string, string>> } = {},
): Promise<Declared[]> {
  const declared: Declared[] = [];
  const seen = new Map<string, Record<string, unknown>>();
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        seen.set(`${args.type} ${args.name}`, args.inputs as Record<string, unknown>);
        return { id: `${args.name}-id`, state: outputsOf(args) };
      },
      call: () => ({}),
    },
    'pulse',
    stack,
    false,
    'organization',
  );
  pulumi.runtime.setAllConfig(
    Object.fromEntries(Object.entries(config).map(([key, text]) => [`pulse:${key}`, text])),
  );

  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) =>
    register(request, (...answer) => {
      const [, response] = answer as [unknown, { getUrn(): string } | undefined];
      if (response !== undefined)
        declared.push(
          recorded(
            request,
            response.getUrn(),
            seen.get(`${request.getType()} ${request.getName()}`) ?? {},
          ),
        );
      callback(...answer);
    });
  await program();
  await pulumi.runtime.disconnect();
  return declared;
}

function recorded(request: Request, urn: string, inputs: Record<string, unknown>): Declared {
  return {
    type: request.getType(),
    name: request.getName(),
    urn,
    inputs: revealed(inputs) as Record<string, unknown>,
    secretInputs: Object.entries(request.getObject().toJavaScript())
      .filter(([, value]) => holdsSecret(value))
      .map(([key]) => key),
    waitsFor: request
      .getDependenciesList()
      .map((dependency) => dependency.split('::').at(-1) ?? dependency),
    protect: request.getProtect(),
    retainOnDelete: request.getRetainondelete(),
    replaceOnChanges: request.getReplaceonchangesList(),
    ignoreChanges: request.getIgnorechangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    oldParents: request.getAliasesList().map((alias) => alias.getSpec()?.getParenturn() ?? ''),
  };
}

function isSecret(value: object): value is { readonly value: unknown } {
  return (value as Record<string, unknown>)[markKey as string] === secretMark;
}

function holdsSecret(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    (isSecret(value) || Object.values(value).some(holdsSecret))
  );
}

function revealed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isSecret(value)) return revealed(value.value);
  return Array.isArray(value)
    ? value.map(revealed)
    : Object.fromEntries(Object.entries(value).map(([key, part]) => [key, revealed(part)]));
}

/** A container's environment, name to value. */
export function readEnvironment({ inputs }: Declared): Record<string, string> {
  return Object.fromEntries(
    ((inputs['envs'] as string[]) ?? []).map((line) => [
      line.slice(0, line.indexOf('=')),
      line.slice(line.indexOf('=') + 1),
    ]),
  );
}

export function findNamed(declared: readonly Declared[], name: string): Declared {
  const found = declared.find((one) => one.name === name);
  if (found === undefined)
    throw new Error(`${name} is not declared; ${declared.map((one) => one.name).join(', ')} are`);
  return found;
}

export function filterByType(declared: readonly Declared[], type: string): Declared[] {
  return declared.filter((one) => one.type === type);
}
