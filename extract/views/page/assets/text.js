// Texts: code points ↔ UTF-16 units, words that somebody typed.

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
  const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const loose = Array.from(wanted, (char) => {
    if (/\s/.test(char)) return ' ';
    if (QUOTES.includes(char)) return `[${QUOTES}]`;
    if (DASHES.includes(char)) return `[${DASHES}]`;
    return escaped(char);
  })
    .join('')
    .replace(/ +/g, '\\s+');
  return nearest(text, escaped(wanted), 'gu', near) || nearest(text, loose, 'giu', near);
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
