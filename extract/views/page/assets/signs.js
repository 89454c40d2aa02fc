// Texts for people: names as words, counts, and signs for characters that hide or turn others around.

const LENGTH = (text) => [...text].length;

// Controls, marks and overrides of direction, invisible signs; joiners only where no script needs them.
const ODD =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]+|[\u{e0000}-\u{e007f}]+|(?<![^\x00-\x7f])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\x7f])/gu;

/** What stands for odd characters: "U+202E", and how many of them. */
function oddName(found) {
  const codes = [...new Set(Array.from(found, (char) => char.codePointAt(0)))];
  const named = codes
    .slice(0, 3)
    .map((code) => 'U+' + code.toString(16).toUpperCase().padStart(4, '0'))
    .join(' ');
  const count = LENGTH(found);
  return named + (codes.length > 3 ? ' …' : '') + (count > codes.length ? ` ×${count}` : '');
}

/** A name as words: "at_least" as "at least". */
const spaced = (name) => name.replaceAll('_', ' ');

/** A text, or if it is longer its beginning, without the word that is cut. */
const beginning = (text, most) => (text.length > most ? text.slice(0, most).replace(/\s*\S*$/, ' …') : text);

const counted = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** A text for a line of the page, without anything that hides. */
const shown = (text) => String(text).replace(ODD, (found) => `⟨${oddName(found)}⟩`);
