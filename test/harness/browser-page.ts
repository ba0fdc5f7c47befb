/** What is asked of every screen in a browser. */
import { source as axeSource } from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';

const widths = [360, 1_280] as const;
/** As `eventually`: no speed is asserted, and Playwright gives up after half a minute by itself. */
const patienceMs = 10 * 60_000;

/** A tab that remembers what should not have happened in it. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors in its console, and requests to other hosts, since the last time that they were taken. */
  readonly takeFaults: () => string[];
}

export async function openWatched(context: BrowserContext, origin: string): Promise<WatchedPage> {
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  let faults: string[] = [];
  page.on('console', (message) => {
    const isOfStatus = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isOfStatus) faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`)) faults.push(`request: ${request.url()}`);
  });
  const takeFaults = (): string[] => {
    const taken = faults;
    faults = [];
    return taken;
  };
  return { page, takeFaults };
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

/** @returns what axe finds, of all its rules or of these alone */
export async function findBarriers(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Through the debugger: the content policy of the page holds for what the page loads.
  await page.evaluate(axeSource);
  const options = rules === undefined ? {} : { runOnly: { type: 'rule', values: rules } };
  const { violations } = await page.evaluate<AxeResult>(`axe.run(${JSON.stringify(options)})`);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}

/** Expects a screen that fits, in both widths. Scrolling sideways is for tables of nobody's. */
export async function expectToFit(page: Page, what: string): Promise<void> {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 });
    const needed = await page.evaluate('document.documentElement.scrollWidth');
    expect({ what, width, needed: Number(needed) }).toEqual({ what, width, needed: width });
  }
}

const interactive = 'a[href], button, input:not([type=hidden]), select, summary, [tabindex="0"]';

/** Expects that the Tab key comes to everything that can be used, and that it is seen where it is. */
export async function expectKeyboardToReachAll(page: Page, what: string): Promise<void> {
  await page.evaluate(`
    for (const details of document.querySelectorAll('details')) details.open = true;
    for (const [index, one] of document.querySelectorAll(${JSON.stringify(interactive)}).entries())
      one.dataset.stop = String(index);
    document.activeElement?.blur();
    window.getSelection()?.removeAllRanges();`);
  const stops = await page.locator('[data-stop]').count();
  const reached = new Set<string>();
  for (let presses = 0; presses <= stops + 2; presses += 1) {
    await page.keyboard.press('Tab');
    const found = await page.evaluate<{ stop: string; outlineStyle: string } | null>(`(() => {
      const { dataset, tagName } = document.activeElement;
      const { outlineStyle } = getComputedStyle(document.activeElement);
      return tagName === 'BODY' ? null : { stop: dataset.stop, outlineStyle };
    })()`);
    if (found === null) continue;
    expect({ what, ...found }).not.toMatchObject({ outlineStyle: 'none' });
    reached.add(found.stop);
  }
  const missed = await page.evaluate(
    `[...document.querySelectorAll('[data-stop]')].filter((one) =>
      !${JSON.stringify([...reached])}.includes(one.dataset.stop)).map((one) => one.outerHTML)`,
  );
  expect({ what, missed }).toEqual({ what, missed: [] });
}
