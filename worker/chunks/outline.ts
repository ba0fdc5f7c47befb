import { scanBlocks } from './blocks.ts';
import type { Block } from './blocks.ts';
import type { TokenCounter } from './counter.ts';
import { Units } from './units.ts';

/** A block in units: `from` is its first, `to` the first of the next. */
export interface Part {
  readonly from: number;
  readonly to: number;
  readonly kind: Block['kind'];
}

/**
 * A heading and what is under it up to the next heading; headings with nothing under them belong to
 * what follows.
 */
export interface Section {
  readonly from: number;
  readonly to: number;
  /** Of its first heading; 0 before any heading. */
  readonly level: number;
  /** Titles around it, outermost first, its own last. */
  readonly headings: readonly string[];
}

export interface Outline {
  readonly units: Units;
  readonly parts: readonly Part[];
  readonly sections: readonly Section[];
}

/** Lets others run, or throws when the work was cancelled. */
export type Pause = () => Promise<void> | undefined;

/** Blocks and sections of a document, measured in tokens. */
export async function parseOutline(
  text: string,
  counter: TokenCounter,
  limit: number,
  pause: Pause,
): Promise<Outline> {
  const units = new Units(text, counter, limit);
  const parts: Part[] = [];
  const sections: { from: number; to: number; level: number; headings: readonly string[] }[] = [];
  let path: { level: number; title: string }[] = [];
  for (const { start, end, kind, level, title } of scanBlocks(text)) {
    const from = units.length;
    units.add(start, end);
    const part = { from, to: units.length, kind };
    if (part.to === from) continue;
    if (kind === 'heading')
      path = [...path.filter((outer) => outer.level < level), { level, title }];
    const headings = path.map((outer) => outer.title);
    const section = sections.at(-1);
    const begins =
      section === undefined || (kind === 'heading' && parts.at(-1)?.kind !== 'heading');
    if (begins)
      sections.push({ from, to: part.to, level: kind === 'heading' ? level : 0, headings });
    else Object.assign(section, { to: part.to, headings });
    parts.push(part);
    await pause();
  }
  return { units, parts, sections };
}
