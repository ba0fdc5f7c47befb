import { partOfClass, wholeClass } from './class-pattern.ts';
import { findTitle } from './elements.ts';
import { saidByPermalink } from './permalinks.ts';
import type { Place } from './place.ts';
import { attributeOf, classesOf, hasInside, isWithin, perElement, textOf } from './tree.ts';
import type { Element } from './tree.ts';

const oneOf = (said: readonly string[]): RegExp => new RegExp(`^(?:${said.join('|')})$`, 'i');
/** What a button says that works on the page, not on what is read. */
const saidByControls = [
  'copy|copied|edit|edit this page|share|close|open|menu|search|subscribe',
  'sign (?:in|up)|log ?(?:in|out)|like|follow|reply|report|download|print|theme',
  'yes|no|submit|send|cancel|clear|next|previous|prev|back|more|expand(?: all)?',
  'collapse(?: all)?|show (?:more|less)|on this page|run|try it(?: out| yourself)?',
  'accept(?: all)?|dismiss|wrap|fullscreen|view source|show example|hide|play|pause|save',
  'format|upvote|downvote|👍|👎|(?:back|return|go|scroll) to (?:the )?top',
];
const control = oneOf([...saidByControls, 'copy .{1,20}|run .{1,20}|toggle .*']);
/** As {@link control}. A title of a text may begin with these words: `Copy a dashboard`. */
const openingControl = oneOf([
  ...saidByControls,
  'copy (?:the |this )?(?:code|command|link|markdown|page|path|prompt|snippet|text|url)',
  'copy (?:to clipboard|as .{1,20})|run (?:the |this )?(?:code|example|snippet)',
  'toggle (?:.* )?(?:contents|menu|mode|nav|navigation|panel|search|sections?|side ?bar|theme)',
  'toggle .* subsection',
]);
const copyNames = 'copy-?(?:btn|button|code) (?:btn|button|code)-?copy copyto\\S* clipboard\\S*';
const copying = partOfClass(`copy copied ${copyNames}`);
const namesOfControls = `
  colou?r-?mode dark-?mode doc-?search hamburger toggle-?nav\\S* nav(?:bar|igation)?-?toggler?
  (?:theme|search|share|close|feedback)-?(?:btn|button|icon|toggler?|trigger|switch(?:er)?)
  (?:btn|button|icon|toggle|open|switch)-?(?:theme|search|share|close|feedback)
  theme-?(?:picker|selector) (?:up|down)?vote\\S*
`;
const controlClass = partOfClass(`close feedback share theme search ${namesOfControls}`);
/** Of longer names, such as `theme-faq-item`, one part does not say what a button opens. */
const openingControlClass = partOfClass(`${namesOfControls} ${copyNames}`);
const openingControlName = wholeClass('close copy feedback share theme search');
/** What a label says of a control that has other words, such as the name of a theme. */
const spokenByControls =
  /\b(?:clipboard|hamburger|theme)\b|^(?:toggle|switch|change|open) .*(?:menu|mode|nav|navigation|side ?bar)$/i;

/** Of programs that install others, behind a prompt or not, with what they are to do. */
const command = new RegExp(
  '^(?:[$%#>] )?(?:sudo )?(?:npm|npx|pnpm|yarn|bunx?|deno|pip[3x]?|pipx|uvx?|conda|poetry|cargo|' +
    'brew|apt|apt-get|dnf|yum|apk|pacman|winget|choco|scoop|gem|composer|dotnet|docker|podman|' +
    'helm|kubectl|curl|wget|git|ssh|go (?:get|install|run)|nix-env|nix|snap|flatpak) \\S',
);

/** @returns whether a button works on the page, so that what it says is no part of the text */
export function isControl(button: Element, place: Place): boolean {
  if (button.attributes.has('aria-haspopup')) return true;
  if (attributeOf(button, 'role') === 'tab') return false;
  const said = textOf(button).replaceAll(/\s+/g, ' ').trim();
  if (place.inHeading && isWholeHeading(button) && !openingControl.test(said)) return false;
  const classes = partClasses(button);
  const label = ['title', 'aria-label'].map((name) => attributeOf(button, name)).join(' ');
  if (opensText(button)) {
    if (isOpeningControl(said, classes, label)) return !place.inSentence || copying.test(said);
  } else {
    if (place.inHeading && saidByPermalink.test(said)) return true;
    const isCopy = copying.test(`${said} ${classes} ${label}`);
    if (control.test(said) || controlClass.test(classes) || controlClass.test(label))
      return !place.inSentence || isCopy;
    if (copying.test(`${classes} ${label}`)) return !isCopied(button, said);
  }
  const isQuestion = /[?？؟]$/.test(said) || said.split(/\s+/).length > 3;
  if (!isQuestion && !opensText(button) && isSubmit(button)) return !place.inSentence;
  if (place.inContent || place.inSentence || isQuestion) return false;
  return isWithin(button, ({ name }) => name === 'header');
}

/** Whether it sends a form off, in whatever language it says so. */
function isSubmit(button: Element): boolean {
  if (attributeOf(button, 'type').toLowerCase() !== 'submit') return false;
  return isWithin(button, ({ name }) => name === 'form');
}

/** Whether a button is what it copies: code, or a command. */
function isCopied(button: Element, said: string): boolean {
  return command.test(said) || hasInside(button, ({ name }) => name === 'code' || name === 'pre');
}

function isOpeningControl(said: string, classes: string, label: string): boolean {
  if (openingControl.test(said) || openingControlClass.test(classes)) return true;
  return openingControlName.test(classes) || spokenByControls.test(label.trim());
}

/** Whether a click opens a text whose title the button is, as in an accordion. */
function opensText({ attributes }: Element): boolean {
  return attributes.has('aria-expanded') || attributes.has('aria-controls');
}

/** Whether the heading around a button has no other words. */
function isWholeHeading(button: Element): boolean {
  const heading = findTitle(button);
  return heading !== undefined && countLetters(heading) === countLetters(button);
}

const countLetters = perElement(
  (element) => textOf(element).replaceAll(/[^\p{L}\p{N}]+/gu, '').length,
);

/** `copyButton_x1` is `copy-Button_x1`. */
function partClasses(button: Element): string {
  return classesOf(button).replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-');
}
