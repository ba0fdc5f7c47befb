import type { ArgumentDefinition, OptionDefinition } from './definition.ts';

/** The arguments and options of a command by name, as its user gave them: `--no-wait` is `wait`. */
export type InputOf<Definition> = ArgumentsOf<Definition> & OptionsOf<Definition>;

type ArgumentsOf<Definition> = Definition extends {
  readonly arguments: infer List extends readonly ArgumentDefinition[];
}
  ? Flatten<{
      [One in List[number] as ArgumentName<One['usage']>]: ArgumentValue<One>;
    }>
  : unknown;

type OptionsOf<Definition> = Definition extends {
  readonly options: infer List extends readonly OptionDefinition[];
}
  ? Flatten<
      {
        [
          One in List[number] as One extends { default: unknown } ? OptionName<One['flags']> : never
        ]: OptionValue<One>;
      } & {
        [
          One in List[number] as One extends { default: unknown } ? never : OptionName<One['flags']>
        ]?: OptionValue<One> | undefined;
      }
    >
  : unknown;

type Flatten<T> = { [Key in keyof T]: T[Key] };

type ArgumentName<Usage> = Usage extends `${'<' | '['}${infer Name}...${'>' | ']'}`
  ? Name
  : Usage extends `${'<' | '['}${infer Name}${'>' | ']'}`
    ? Name
    : never;

type ArgumentValue<One extends ArgumentDefinition> = One['usage'] extends `${string}...${string}`
  ? readonly string[]
  : ChoiceOrText<One> | (One extends { default: string } ? never : WhenLeftOut<One['usage']>);

type WhenLeftOut<Usage> = Usage extends `[${string}` ? undefined : never;

type ChoiceOrText<One> = One extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : string;

type OptionName<Flags> = Flags extends `${string}--no-${infer Rest}`
  ? CamelCase<WithoutValue<Rest>>
  : Flags extends `${string}--${infer Rest}`
    ? CamelCase<WithoutValue<Rest>>
    : never;

type WithoutValue<Text extends string> = Text extends `${infer Name} <${string}` ? Name : Text;

type CamelCase<Text extends string> = Text extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<CamelCase<Rest>>}`
  : Text;

type OptionValue<One extends OptionDefinition> = One extends { readonly kind: 'list' }
  ? readonly string[]
  : One extends { readonly kind: string }
    ? number
    : One['flags'] extends `${string}<${string}`
      ? ChoiceOrText<One>
      : One['flags'] extends `${string}--no-${string}`
        ? boolean
        : true;
