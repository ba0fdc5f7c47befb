import type { Trouble } from '../shared/cause.ts';
import type { Code } from '../shared/codes.ts';

/** Which code a conversation with a service that failed gets. */
export type TroubleCodes = Readonly<Record<Trouble, Code>>;

type PrefixOf<C> = C extends `${infer Prefix}_DNS` ? Prefix : never;

/** The first word of a service's codes: `POSTGRES`, `REDIS`, … */
type ServicePrefix = PrefixOf<Code>;

/**
 * The codes of a service that has one for each kind of trouble. The compiler refuses this function
 * while one of them is missing in the catalogue.
 */
export function serviceTroubleCodes(prefix: ServicePrefix): TroubleCodes {
  return {
    dns: `${prefix}_DNS`,
    refused: `${prefix}_REFUSED`,
    unreachable: `${prefix}_UNREACHABLE`,
    timeout: `${prefix}_TIMEOUT`,
    auth: `${prefix}_AUTH`,
    answer: `${prefix}_ANSWER`,
  };
}

/** One code for every kind of trouble. */
export function singleTroubleCode(code: Code): TroubleCodes {
  return {
    dns: code,
    refused: code,
    unreachable: code,
    timeout: code,
    auth: code,
    answer: code,
  };
}
