import { html as write } from 'ghtml';

/** What a template made: everything in it that came from elsewhere is escaped. */
class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** Nothing but a template makes one. */
export type Html = Markup;

export type Part = Html | readonly Part[] | string | number | false | null | undefined;

/**
 * Writes a template. What another template made goes in as it is, everything else is escaped: a
 * type decides that, and no sign that a person could forget. Attributes have to be quoted.
 */
export function html({ raw }: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const literals: string[] = [];
  const texts: string[] = [];
  for (const [index, literal] of raw.entries()) {
    const part = readPart(parts[index]);
    // Behind an exclamation mark ghtml escapes nothing: one of the text belongs to what follows.
    const text = literal.replace(/!+$/, '');
    if (index === parts.length) literals.push(literal);
    else if (part instanceof Markup) {
      literals.push(`${literal}!`);
      texts.push(String(part));
    } else {
      literals.push(text);
      texts.push(literal.slice(text.length) + part);
    }
  }
  return new Markup(write(Object.assign(literals, { raw: literals }), ...texts));
}

function readPart(part: Part): Html | string {
  if (part === undefined || part === null || part === false) return '';
  if (Array.isArray(part)) return new Markup(part.map((one: Part) => html`${one}`).join(''));
  return part instanceof Markup ? part : String(part);
}
