import { argumentName, buildOption } from './build.ts';
import type { Input } from './build.ts';
import type { ArgumentDefinition, OptionDefinition } from './definition.ts';

/** What {@link formatArguments} has to know of a command. */
export interface ArgumentsAndOptions {
  readonly arguments?: readonly ArgumentDefinition[];
  readonly options?: readonly OptionDefinition[];
}

/**
 * The words after a command's name that give it this input. Defaults are written out, so that a
 * worker of another version does what the help of this one says.
 *
 * @param input arguments and options by name; options that only the host knows are left out
 * @returns options first, then the arguments, after `--` where one of these begins with a dash
 */
export function formatArguments(
  { arguments: list = [], options = [] }: ArgumentsAndOptions,
  input: Input,
): string[] {
  const operands = list.flatMap(({ usage }) => (input[argumentName(usage)] ?? []) as string[]);
  const isLikeOption = (text: string): boolean => text.startsWith('-') && text !== '-';
  return [
    ...options.filter(({ only }) => only !== 'host').flatMap((one) => formatOption(one, input)),
    ...(operands.some(isLikeOption) ? ['--'] : []),
    ...operands,
  ];
}

function formatOption(definition: OptionDefinition, input: Input): string[] {
  const option = buildOption(definition);
  const value = input[option.attributeName()];
  const flag = option.long as string;
  if (option.negate) return value === false ? [flag] : [];
  if (!option.required) return value === true ? [flag] : [];
  return [value ?? []].flat().flatMap((one) => [flag, `${one as string | number}`]);
}
