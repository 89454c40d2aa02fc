// The page of a run: its articles, its state, and how values stand.

/** An article of the run, with what is worked out once it is looked at. */
class Article {
  constructor(data) {
    Object.assign(this, data);
    this.doubtAt = new Map(data.doubts.map((doubt, rank) => [doubt.pointer, { ...doubt, rank }]));
    this.problemAt = new Map(data.problems.filter(([pointer]) => pointer));
    this.adds = new Set(data.adding);
  }

  get offsets() {
    this.known ??= new Offsets(this.text || '');
    return this.known;
  }

  /** A span of the run, in units. */
  span(start, end) {
    return [this.offsets.units(start), this.offsets.units(end)];
  }

  /** Its title, else its first line, or how that begins. */
  get name() {
    const [line] = (this.text || '').trim().slice(0, 200).split('\n');
    return this.title || beginning(line, 90) || this.id;
  }

  /** The page of a place of the text, of a PDF; null for others. */
  pageAt(units) {
    const points = this.offsets.points(units);
    const found = this.pages.findLast(([, start]) => start <= points);
    return found ? found[0] : null;
  }

  /** What titles, ids, texts and values are searched in. */
  get haystack() {
    this.hay ??= [this.title, this.id, this.source, this.text, JSON.stringify(this.records)].join('\n').toLowerCase();
    return this.hay;
  }

  /** Whether its text begins with its name, so that the name need not stand above it again. */
  get saysItsName() {
    return (this.text || '').trimStart().startsWith(this.name.replace(/ …$/, ''));
  }

  /** Whether the name is a line of its own there: a headline. */
  get isHeaded() {
    return this.saysItsName && /^\s*(\n|$)/.test((this.text || '').trimStart().slice(this.name.length));
  }
}

const ARTICLES = DATA.articles.map((each) => new Article(each));

const TYPES = recordTypes();

const kind = (type) => `k${Math.max(0, TYPES.indexOf(type)) % 8}`;

const STATUSES = {
  all: 'all values',
  check: 'to check: ≠ ✗ unsure',
  contradiction: '≠ contradicts its words',
  absent: '✗ not in the text',
  unsure: '? unsure',
  corrected: 'corrected here',
  unchecked: 'not corrected yet',
};

/**
 * Below how many percent a value is unsure, until a reader sets it: the least certain fifth of the run's values are, but
 * always those that are rather wrong than right, and never those of which more than four fifths are right.
 */
function usualLimit() {
  const all = ARTICLES.flatMap((article) => Object.values(article.confidence)).sort((a, b) => a - b);
  return Math.min(80, Math.max(50, Math.round(100 * (all[Math.ceil(all.length / 5)] ?? 1))));
}

const state = {
  article: null,
  tree: null,
  current: null, // pointer
  beside: null,
  filter: { hidden: new Set(), status: 'all', sure: usualLimit() },
  selection: null, // [start, end] in the article, in units
};

const corrections = new Corrections();

/** How a value stands: in a word, and with its mark. */
function standing(value) {
  if (value.check && value.check.denied) return 'contradiction';
  if (value.mark) return value.mark.action;
  if (value.doubt && value.doubt.why === 'contradiction') return 'contradiction';
  if (value.grounded === 'absent') return 'absent';
  if (value.confidence !== undefined && percent(value) < state.filter.sure) return 'unsure';
  if (value.grounded === 'normalised') return 'normalised';
  return '';
}

/** A confidence in percent; it is shown rounded down, so that what is below a limit looks so. */
const percent = (value) => Math.round(value.confidence * 1000) / 10;

const STANDINGS = {
  contradiction: ['≠', 'contradicts its own words, or cannot be'],
  absent: ['✗', 'not found in the article'],
  unsure: ['?', 'unsure: below the limit set above'],
  normalised: ['~', 'found but for typography'],
  edit: ['✎', 'edited here'],
  confirm: ['✓', 'confirmed here'],
  reject: ['∅', 'rejected here'],
  remove: ['⌫', 'removed here'],
  add: ['+', 'added here'],
};

const ADDS_UP = 'adds up; the others of its list are parts of it, or told again';

/** Whether the filters let a value through. */
function passes(value) {
  const { hidden, status } = state.filter;
  if (hidden.has(value.type)) return false;
  const said = standing(value);
  if (status === 'all') return true;
  if (status === 'check') return ['contradiction', 'absent', 'unsure'].includes(said);
  if (status === 'corrected') return Boolean(value.mark || recordMark(value));
  if (status === 'unchecked') return !value.mark && !recordMark(value);
  if (status.startsWith('beside-')) return (verdict(value) || [])[0] === status.slice(7);
  return said === status;
}

const recordMark = (value) => value.owner.mark;

/** Values in the order in which they are walked: the doubtful ones first, most doubtful first, then the others. */
function walkOrder() {
  if (!state.tree) return [];
  const stated = (value) => value.was !== null || value.now !== null;
  const walked = (value) => value.rank < Infinity || (stated(value) && !value.field.evidence);
  const live = state.tree.values.filter((value) => walked(value) && passes(value) && !state.tree.removed(value.node));
  return live
    .map((value, i) => [value, i])
    .sort(([a, i], [b, j]) => (a.rank === b.rank ? i - j : a.rank - b.rank))
    .map(([value]) => value);
}
