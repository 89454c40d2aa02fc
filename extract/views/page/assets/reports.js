// Reports side by side: a column for each; the head of a row says whether they agree, with a sign.

/** Tables of the story's reports; on paper several, so that they fit. */
function reportsSection(story, atOnce = Infinity) {
  const rows = rowsOf(story);
  const tables = [];
  for (let at = 0; at < story.reports.length; at += atOnce)
    tables.push(
      scrolled(
        'Reports side by side',
        reportsTable(
          story,
          story.reports.slice(at, at + atOnce).map((report, i) => [report, at + i]),
          rows,
        ),
      ),
    );
  return section(
    'reports',
    `${counted(story.reports.length, 'report')}${story.hasSeveral ? ' side by side' : ''}`,
    ...tables,
  );
}

function reportsTable(story, columns, rows) {
  return make(
    'table',
    { class: 'side' },
    make('caption', { class: 'unseen' }, 'What each report says'),
    make('thead', {}, make('tr', {}, make('td', {}), ...columns.map(([report]) => reportHead(report, story)))),
    make(
      'tbody',
      {},
      ...rows.map(({ name, verdict, cells }) =>
        make(
          'tr',
          {},
          make(
            'th',
            { scope: 'row' },
            name,
            verdict ? make('span', { class: `verdict ${verdict[0]}` }, verdict[1]) : null,
          ),
          ...columns.map(([report, i]) => make('td', { data: { report: report.id } }, ...cells[i])),
        ),
      ),
    ),
  );
}

function reportHead(report, story) {
  const at = story.numberOf.get(report.id),
    chosen = state.chosen.includes(report.id);
  return make(
    'th',
    { scope: 'col', tabindex: -1, data: { report: report.id }, class: state.report === report.id ? 'current' : null },
    make('div', { class: 'report-name' }, make('span', { class: 'at' }, `${at}`), ' ', words(nameOf(report))),
    make(
      'div',
      { class: 'chips' },
      make('span', { class: 'chip' }, report.main ? '● main' : '○ other: only mentions it'),
      report.repeats
        ? make(
            'span',
            { class: 'chip repeats' },
            '⧉ repeats ',
            story.numberOf.has(report.repeats) ? `${story.numberOf.get(report.repeats)}` : words(report.repeats),
            ': counted once',
          )
        : null,
      ...saidOf(report.id).map((said) => make('span', { class: 'chip decided' }, `✎ ${said}`)),
    ),
    make(
      'div',
      { class: 'acts' },
      story.hasSeveral ? keyButton('Not the same', 'x', () => notTheSame(report)) : null,
      keyButton(chosen ? 'Chosen' : 'Choose', 'c', () => choose(report), { 'aria-pressed': String(chosen) }),
    ),
  );
}

/** What was said of a report here, in words; those that it is apart from have no word of their own. */
function saidOf(id) {
  return decisions
    .about(id)
    .filter(({ what, reports }) => what === 'same' || reports[0] === id)
    .map(({ what, reports }) => {
      if (what === 'apart') return 'said not to belong here';
      return reports.length === 2 ? 'said to be one with another' : 'said to be one with others';
    });
}

/** The rows that have something in them: {name, verdict, cells}. */
function rowsOf(story) {
  const reports = story.reports;
  const row = (name, cell, verdict = null) => ({ name, verdict, cells: reports.map((report) => cell(report) || []) });
  const names = [...new Set(reports.flatMap((report) => Object.keys(report.values)))];
  return [
    row('source', (each) => [words(each.source)]),
    row('address', (each) => each.url && [address(each.url)]),
    row('published', (each) => each.published && [each.published]),
    row('when', (each) => each.when && ['“', words(each.when), '”']),
    row('day', (each) => each.first && [dayOf(each)], daysAgreement(reports)),
    placesRow(story, row),
    ...names.map((name) => valueRow(name, story, row)),
    row('words', (each) => each.evidence && [make('q', { class: 'quote' }, words(each.evidence.text))]),
    ...story.figures.map((series) => seriesRow(series, story, row)),
    row('why it is here', (each) => whyHere(each, story)),
  ].filter(({ cells }) => cells.some((cell) => cell.length));
}

const dayOf = (report) =>
  report.last && report.last !== report.first ? `${report.first} – ${report.last}` : report.first;

/** Whether those that say something say one thing. */
function agreement(values) {
  const told = values.filter((each) => each !== null && each !== undefined && each !== '');
  if (values.length < 2 || !told.length) return null;
  if (told.length === 1) return ['only', '1 report says it'];
  return new Set(told).size === 1 ? ['right', `= ${told.length} agree`] : ['wrong', '≠ they differ'];
}

/** The same for days: spans of days that have one in common contradict nothing. */
function daysAgreement(reports) {
  const known = reports.filter((each) => each.first);
  const found = agreement(reports.map((each) => each.first && dayOf(each)));
  const [latest, earliest] = [
    known
      .map((each) => each.first)
      .sort()
      .at(-1),
    known.map((each) => each.last || each.first).sort()[0],
  ];
  return found && found[0] === 'wrong' && latest <= earliest ? ['only', '~ can be one day'] : found;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** A field; where reports differ each version has a letter. */
function valueRow(name, story, row) {
  const conflict = story.conflicts.find((each) => each.about === name);
  const letterOf = (report) => {
    const i = conflict ? conflict.said.findIndex((each) => each.reports.includes(report.id)) : -1;
    return i < 0 ? null : make('span', { class: `version v${i % 4}` }, LETTERS[i] || '…');
  };
  const verdict = conflict
    ? ['wrong', '≠ they differ']
    : agreement(story.reports.map((each) => (hasOwn(each.values, name) ? each.values[name].toLowerCase() : null)));
  const cell = (report) =>
    hasOwn(report.values, name)
      ? [letterOf(report), letterOf(report) ? ' ' : null, words(spaced(report.values[name]))].filter(
          Boolean,
        )
      : [];
  return row(plain(name), cell, verdict);
}

/** Whether two reports name one place: where it is, if that is known of both; else its name. */
function isOnePlace(one, other) {
  if (one.latitude !== null && other.latitude !== null)
    return one.latitude === other.latitude && one.longitude === other.longitude;
  return one.words.toLowerCase() === other.words.toLowerCase();
}

function placesRow(story, row) {
  const named = story.reports.map((report) => report.places).filter((places) => places.length);
  const naming = (spot) => named.filter((places) => places.some((each) => isOnePlace(each, spot))).length;
  const told = named.length,
    counts = new Map(named.flat().map((spot) => [spot, naming(spot)])),
    most = Math.max(0, ...counts.values());
  const shared =
    most === told
      ? ['right', `= ${told} name one place`]
      : most > 1
        ? ['only', `${most} of ${told} name one place`]
        : ['wrong', '≠ none in common'];
  const verdict = told < 2 ? null : shared;
  const cell = (report) =>
    report.places.map((spot) =>
      make(
        'div',
        { class: 'place' },
        counts.get(spot) > 1 ? make('span', { class: 'shared', title: 'other reports name it, too' }, '= ') : null,
        words(spot.words),
        spot.country || spot.name
          ? make(
              'span',
              { class: 'label' },
              ' ',
              words(
                [spot.name !== spot.words && spot.name, spot.country !== spot.name && spot.country]
                  .filter(Boolean)
                  .join(', '),
              ),
            )
          : null,
      ),
    );
  return row('places', cell, verdict);
}

function seriesRow(series, story, row) {
  const all = [...series.figures, ...series.repeated];
  const numbers = series.figures.map((figure) => figure.number).filter((each) => each !== null);
  const verdict = agreement(numbers.length > 1 ? numbers : [...numbers, null]);
  const changes = verdict && verdict[0] === 'wrong' ? ['only', `${story.tolls[series.name]}`] : verdict;
  const cell = (report) =>
    all
      .filter((figure) => figure.report === report.id)
      .map((figure) =>
        make(
          'div',
          { class: series.repeated.includes(figure) ? 'again' : null },
          figure.number === null ? null : make('b', {}, bounded(figure)),
          isBest(figure, series) && !series.repeated.includes(figure) ? ' ◉ best' : null,
          ' “',
          words(figure.words.text),
          '”',
          figure.source ? make('span', { class: 'label' }, ' ', words(figure.source)) : null,
        ),
      );
  return row(plain(series.name), cell, story.hasSeveral ? changes : null);
}
