// A corrected number or day held against the words beside it, as far as the page can; `extract correct` checks all.

/** What speaks against a value: {denied}, {unchecked} or nothing, {}; null where nobody touched it or its words. */
function checked(value) {
  const { field, node } = value;
  if (field.kind !== 'day' && field.words === null) return null;
  const held = node.fields.find((each) => each.field.name === field.words);
  const beside = held && held.values ? held.values[0] : null;
  const touched = [value, node, beside].some(
    (each) => each && (each.added || (each.mark && each.mark.action !== 'confirm')),
  );
  if (!touched) return null;
  if (field.kind === 'day') return checkedDay(value.now, beside);
  return checkedNumber(value.now, beside && beside.now, field.least);
}

function checkedNumber(number, text, least) {
  if (number !== null && least !== null && number < least) return { denied: `${number} is no count` };
  if (!text) return {};
  const stated = numberIn(text);
  if (stated === undefined) return { unchecked: true };
  if (stated === number) return {};
  return { denied: `'${text}' states ${stated ?? 'no number'}, the value is ${number ?? 'null'}` };
}

/** The number that words state; null for none ("dozens"), undefined where it cannot be said here. */
function numberIn(text) {
  if (hasOwn(DATA.numerals, text)) return DATA.numerals[text];
  const digits = text.match(/\d[\d.,]*/g) || [];
  const whole = digits.length === 1 && digits[0].replace(/[.,]+$/, '').match(/^(\d{1,3}(,\d{3})+|\d{1,15})$/);
  const others = text.match(/\p{L}[\p{L}-]*/gu) || [];
  const scaled = others.some((word) => hasOwn(DATA.numerals, word) || SCALES.test(word));
  const changed = /\d\p{L}|\p{L}\d|\d\s\d|[%½]/u.test(text);
  return whole && !scaled && !changed ? Number(whole[0].replaceAll(',', '')) : undefined;
}

const SCALES = /^(hundred|thousand|[mb]illion|trillion|dozen|score)s?$/i;

function checkedDay(day, beside) {
  if (day === null || !beside) return {};
  if (!beside.now) return { denied: `${day} has no words that give it` };
  const years = [...new Set(beside.now.match(/(?<!\d)(19|20)\d\d(?!\d)/g))];
  if (years.length === 1 && years[0] !== day.slice(0, 4)) return { denied: `'${beside.now}' is not ${day}` };
  return { unchecked: true };
}

/** Everything that is denied, as lines: what a correction adds to them is told at once. */
const denials = (tree) =>
  tree.values
    .filter((value) => value.check && value.check.denied && !tree.removed(value.node))
    .map((value) => `${value.name}: ${value.check.denied}`);
