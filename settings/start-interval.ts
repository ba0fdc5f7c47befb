/** A check takes some 0.1 s of processor time, and an update waits at most this much for one. */
const chosenSeconds = 1;

export interface StartIntervalSources {
  /** `pulse:healthStartInterval`; it decides where it is set. */
  readonly configured: number | undefined;
  /** The stack's last outputs; none for a stack that is made now. */
  readonly deployed: { readonly usesStartInterval?: boolean };
  /** Of the engine's API, as `1.44`; undefined where none answers. */
  readonly apiVersion: string | undefined;
}

export interface StartInterval {
  readonly seconds: number | undefined;
  /** An output: the next update does as this one. */
  readonly isUsed: boolean;
}

/**
 * Chooses how often containers that start are checked. A stack that is made on an engine which has
 * an interval for that uses it. One that was made without it keeps that: another interval replaces
 * every container.
 */
export function chooseStartInterval({
  configured,
  deployed,
  apiVersion,
}: StartIntervalSources): StartInterval {
  const isNew = Object.keys(deployed).length === 0;
  const isKnown = apiVersion !== undefined && knowsStartInterval(apiVersion);
  const isUsed = deployed.usesStartInterval ?? (isNew && isKnown);
  // A preview without an engine shows what is there.
  const isRefused = apiVersion !== undefined && !isKnown;
  return { isUsed, seconds: configured ?? (isUsed && !isRefused ? chosenSeconds : undefined) };
}

/**
 * Whether an engine has a health check interval for containers that start: since API 1.44.
 *
 * @param apiVersion as `1.44`
 */
export function knowsStartInterval(apiVersion: string): boolean {
  const [major = 0, minor = 0] = apiVersion.split('.').map(Number);
  return major > 1 || minor >= 44;
}
