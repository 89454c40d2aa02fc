// Texts: code points ↔ UTF-16 units, characters that hide or turn others around, words that somebody typed.

/** Offsets of the run count code points, those of JavaScript units of UTF-16; converted here, once per article. */
class Offsets {
  constructor(text) {
    this.wide = []; // where pairs begin, in units; almost always none
    for (const found of text.matchAll(/[\u{10000}-\u{10ffff}]/gu)) this.wide.push(found.index);
  }

  /** Code points → units. */
  units(points) {
    // the i-th pair begins at code point wide[i] - i
    return points + this.#count((at, i) => at - i < points);
  }

  /** Units → code points. */
  points(units) {
    return units - this.#count((at) => at < units);
  }

  #count(before) {
    let low = 0,
      high = this.wide.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (before(this.wide[middle], middle)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

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

/** A text for a line of the page, without anything that hides. */
const shown = (text) => String(text).replace(ODD, (found) => `⟨${oddName(found)}⟩`);

const QUOTES = '\'"‘’‚‛“”„‟«»‹›′″`´';
const DASHES = '-‐‑‒–—―−';

/**
 * Where words that somebody typed stand in the text: the same characters first, then the same but for case, quotes,
 * dashes and spaces; on borders of words; the nearest to `near`.
 * @returns {[number, number] | null} in units
 */
function findWords(text, words, near) {
  const wanted = words.trim();
  if (!/[\p{L}\p{N}]/u.test(wanted)) return null;
  const escaped = wanted.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const loose = Array.from(wanted, (char) => {
    if (/\s/.test(char)) return ' ';
    if (QUOTES.includes(char)) return `[${QUOTES}]`;
    if (DASHES.includes(char)) return `[${DASHES}]`;
    return char.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  })
    .join('')
    .replace(/ +/g, '\\s+');
  return nearest(text, escaped, 'gu', near) || nearest(text, loose, 'giu', near);
}

function nearest(text, pattern, flags, near) {
  let best = null,
    least = Infinity;
  for (const found of text.matchAll(new RegExp(pattern, flags))) {
    const start = found.index,
      end = start + found[0].length;
    if (cuts(text, start) || cuts(text, end)) continue;
    const away = near ? Math.max(near[0] - end, start - near[1], 0) : start;
    if (away < least) [best, least] = [[start, end], away];
  }
  return best;
}

/** Whether a place is inside a word or number. */
function cuts(text, at) {
  const before = text.slice(Math.max(0, at - 2), at),
    after = text.slice(at, at + 2);
  return /[\p{L}\p{N}]$/u.test(before) && /^[\p{L}\p{N}]/u.test(after);
}

/** A span without the spaces at its ends; null if nothing is left. */
function trimmed(text, start, end) {
  while (start < end && /\s/.test(text[start])) start += 1;
  while (end > start && /\s/.test(text[end - 1])) end -= 1;
  return start < end ? [start, end] : null;
}
