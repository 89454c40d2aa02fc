// A story's page: its head, what reports differ in, which others nearly joined, its map and its history.

function headOf(story) {
  return make(
    'header',
    { id: 'story-head' },
    make('h2', { tabindex: -1 }, words(story.title)),
    make(
      'p',
      { class: 'facts' },
      ...joined([story.day || 'no day known', story.places.join(' · '), story.told, story.id], ' — '),
    ),
    make('p', { id: 'why' }, make('b', {}, story.hasSeveral ? 'Why these are one. ' : ''), shown(whyOne(story))),
    story.dated
      ? null
      : make(
          'p',
          { class: 'unsure' },
          '? No day is known: reports were joined by what their texts share, which is less sure.',
        ),
    make('nav', { class: 'jumps', 'aria-label': 'Parts of the story' }),
  );
}

function mapSection(story) {
  if (!story.map) return null;
  return section(
    'map',
    'Map',
    mapOf(story, 'story'),
    make('p', { class: 'facts' }, 'A filled dot is a place that is known exactly, a ring one that is near there.'),
  );
}

function conflictsSection(story) {
  if (!story.conflicts.length) return null;
  const one = ({ about, said }) =>
    make(
      'li',
      {},
      make('b', {}, plain(about)),
      ': ',
      ...said.flatMap(({ value, reports }, i) => [
        i ? make('span', { class: 'verdict wrong' }, ' ≠ ') : null,
        make('span', { class: `version v${i % 4}` }, LETTERS[i] || '…'),
        ' ',
        words(spaced(value)),
        make('span', { class: 'label' }, reports.length === 1 ? ' report ' : ' reports '),
        ...reports.map((id) => toReport(id, story)),
      ]),
    );
  return section('conflicts', 'Reports differ', make('ul', { class: 'lines' }, ...story.conflicts.map(one)));
}

function unsureSection(story) {
  if (!story.unsure.length) return null;
  return section(
    'unsure',
    'Nearly joined: undecided',
    make(
      'p',
      { class: 'facts' },
      'Reports of other stories that are close, but not close enough. Is one of them the same?',
    ),
    ...story.unsure.map((link) => unsureCard(link, story)),
  );
}

function unsureCard(link, story) {
  const home = HOME.get(link.report) || storyOf(link.story);
  const report = HOME.has(link.report) ? reportOf(link.report) : null;
  const said = report && decisions.between(link.report, partnerOf(link, story));
  return make(
    'article',
    { class: 'near', 'aria-label': shown(report ? nameOf(report) : link.report) },
    make(
      'h4',
      {},
      '? ',
      words(report ? nameOf(report) : link.report),
      ' ',
      make('span', { class: 'bits' }, bits(link.weight)),
    ),
    report ? make('p', { class: 'facts' }, ...inBrief(report, home)) : null,
    report && report.evidence ? make('q', { class: 'quote' }, words(report.evidence.text)) : null,
    make('p', {}, inShort(link)),
    allEvidence(link),
    home ? make('p', {}, 'It is in: ', toStory(home)) : null,
    report && home !== story
      ? make(
          'div',
          { class: 'acts' },
          make(
            'button',
            {
              on: { click: () => decide('same', [partnerOf(link, story), link.report]) },
              'aria-pressed': String(said === 'same'),
            },
            'The same',
          ),
          make(
            'button',
            {
              on: { click: () => decide('apart', [link.report, ...story.reports.map(({ id }) => id)]) },
              'aria-pressed': String(said === 'apart'),
            },
            'Not the same',
          ),
          said
            ? make('span', { class: 'chip decided' }, said === 'same' ? '✎ said to be one' : '✎ said not to be one')
            : null,
        )
      : null,
  );
}

/** The report of this story that nearly joined that one; files of earlier versions do not say it. */
function partnerOf(link, story) {
  if (story.numberOf.has(link.own)) return link.own;
  return (story.reports.find((each) => each.main) ?? story.reports[0]).id;
}

/** Day, places, values and figures of a report in one line. */
function inBrief(report, home) {
  const figures = home.figures.flatMap((series) =>
    series.figures
      .filter((each) => each.report === report.id)
      .map(
        (each) =>
          `${spaced(series.name)} ${each.number === null ? `“${each.words.text}”` : bounded(each)}`,
      ),
  );
  return joined([
    report.published && `published ${report.published}`,
    report.first && dayOf(report),
    report.places.map((spot) => spot.words).join(', '),
    ...Object.values(report.values).map(spaced),
    ...figures,
  ]);
}

const toStory = (story) =>
  make(
    'a',
    { href: `#${encodeURIComponent(story.id)}`, class: 'to-story' },
    words(story.title),
    ` (${counted(story.reports.length, 'report')})`,
  );

const CHANGES = { made: 'made of', joined: 'joined by', left: 'left by', merged: 'merged with', split: 'split from' };

function historySection(story) {
  if (!story.history.length) return null;
  const named = (id) => (story.numberOf.has(id) ? toReport(id, story) : words(id));
  const storyNamed = (id) => (storyOf(id) ? toStory(storyOf(id)) : words(id));
  const line = ({ at, what, reports, stories }) =>
    make(
      'li',
      {},
      make('span', { class: 'label' }, shown(at.slice(0, 16).replace('T', ' '))),
      ` ${CHANGES[what]} `,
      ...stories.flatMap((id, i) => [i ? ', ' : '', storyNamed(id)]),
      stories.length && reports.length ? ': ' : '',
      reports.length ? `${counted(reports.length, 'report')}: ` : '',
      ...reports.flatMap((id, i) => [i ? ' ' : '', named(id)]),
    );
  return section('history', 'History', make('ul', { class: 'lines' }, ...story.history.map(line)));
}
