// The stories, by their ids and by their reports; what is chosen; how things are called.

class ShownStory {
  constructor({ story, ...told }) {
    Object.assign(this, story, told);
    this.numberOf = new Map(this.reports.map((report, i) => [report.id, i + 1]));
  }

  get hasSeveral() {
    return this.reports.length > 1;
  }

  /** What is searched in: all words of its reports. */
  get haystack() {
    this.hay ??= [this.title, this.id, this.day, this.places, this.reports.map(wordsOf), this.figures.map(figureWords)]
      .flat(3)
      .filter(Boolean)
      .join('\n')
      .toLowerCase();
    return this.hay;
  }
}

const wordsOf = (report) => [
  report.id,
  report.headline,
  report.source,
  report.url,
  report.published,
  report.when,
  report.places.map((spot) => `${spot.words} ${spot.name || ''} ${spot.country || ''}`),
  Object.values(report.values),
  report.evidence && report.evidence.text,
];

const figureWords = (series) => [series.name, series.figures.map((figure) => [figure.words.text, figure.source])];

const ALL = DATA.stories.map((each) => new ShownStory(each));
const BY_ID = new Map(ALL.map((story) => [story.id, story]));
const HOME = new Map(ALL.flatMap((story) => story.reports.map((report) => [report.id, story])));

const decisions = new Decisions();

const state = {
  story: null,
  report: null, // id of the one that keys are about
  chosen: [], // ids of at most two reports, of any stories
};

const reportOf = (id) => HOME.get(id).reports.find((report) => report.id === id);

/** A story by an id, also one that is no more. */
const storyOf = (id) => BY_ID.get(id) || (hasOwn(DATA.gone, id) ? BY_ID.get(DATA.gone[id]) : null);

/** What a report is called: its headline, else how its words begin, else its id. */
const nameOf = (report) =>
  beginning(report.headline || (report.evidence && report.evidence.text) || report.id, 110);

const plain = (name) => shown(spaced(name));

const number = (value) => (value === null ? '–' : value.toLocaleString('en-US', { maximumFractionDigits: 2 }));

const BOUNDS = new Map([
  ['at_least', ['≥', 'at least']],
  ['at_most', ['≤', 'at most']],
  ['about', ['~', 'about']],
]);

/** A number with its bound: "≥ 18"; of parts "Σ 8"; "–" for none. */
function bounded(figure) {
  if (figure.number === null) return number(null);
  const [sign] = BOUNDS.get(figure.bound) || [''];
  return [figure.whole ? '' : 'Σ', sign, number(figure.number)].filter(Boolean).join(' ');
}

const boundSaid = (figure) =>
  [(BOUNDS.get(figure.bound) || ['', ''])[1], figure.whole ? '' : 'sum of parts'].filter(Boolean).join(', ');

const isSafe = (url) => /^https?:\/\//i.test(url) && URL.canParse(url);

/** An address as a link if it is one of the web, else as words. */
function address(url) {
  if (!isSafe(url)) return words(url);
  return make(
    'a',
    { href: url, rel: 'noopener noreferrer', target: '_blank' },
    words(url.replace(/^https?:\/\//i, '')),
  );
}

/** A heading with what is below it. */
function section(id, title, ...parts) {
  return make('section', { id, 'aria-labelledby': `${id}-title` }, make('h3', { id: `${id}-title` }, title), ...parts);
}
